/** What was found of one thing; "broken": the server cannot do what is asked of it. */
export interface Finding {
  readonly subject: string;
  readonly state: "good" | "note" | "broken";
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export const good = (subject: string, text: string): Finding => ({ subject, state: "good", text });

export const note = (subject: string, text: string, remedy?: string): Finding => {
  return { subject, state: "note", text, ...(remedy === undefined ? {} : { remedy }) };
};

export const broken = (subject: string, text: string, remedy: string): Finding => {
  return { subject, state: "broken", text, remedy };
};
