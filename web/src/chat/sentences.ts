const sentenceEnd = /[.!?…:]["')\]]*\s|\n/g;

/** Where the last whole sentence of a text ends, no earlier than `from`. */
export function endOfSentences(text: string, from: number): number {
  sentenceEnd.lastIndex = from;
  let end = from;
  for (const match of text.matchAll(sentenceEnd)) end = match.index + match[0].length;
  return end;
}
