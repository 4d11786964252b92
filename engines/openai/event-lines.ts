/** Characters of a line, and of an event's data: a token takes some hundred, with all that is said of it. */
const MAX_CHARACTERS = 2 ** 20;

/** What the other side sent is no stream of events, or has an event without an end. */
export class EventError extends Error {
  override readonly name = "EventError";
}

/**
 * The data of server-sent events, from bytes as they come, cut anywhere: https://html.spec.whatwg.org, "9.2.6 Interpreting
 * an event stream". Lines end in LF or CRLF; a CR alone, which the standard knows too, ends none.
 */
export class EventLines {
  readonly #decoder = new TextDecoder();
  /** Of a line that has not ended. */
  #rest = "";
  #data: string[] = [];
  #dataLength = 0;

  /** The data of the events that these bytes bring to their end. Throws EventError for what grows beyond all bounds. */
  push(bytes: Uint8Array): readonly string[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    const lastEnd = text.lastIndexOf("\n");
    if (lastEnd < 0) return this.#keep(this.#rest + text);
    const lines = (this.#rest + text.slice(0, lastEnd)).split("\n");
    this.#keep(text.slice(lastEnd + 1));
    return lines.flatMap((line) => this.#line(line.endsWith("\r") ? line.slice(0, -1) : line));
  }

  #keep(rest: string): readonly string[] {
    if (rest.length > MAX_CHARACTERS) throw new EventError(`a line of more than ${MAX_CHARACTERS} characters`);
    this.#rest = rest;
    return [];
  }

  #line(line: string): readonly string[] {
    if (line === "") return this.#dispatch();
    const [isData, data = ""] = /^data(?:: ?(.*))?$/.exec(line) ?? [];
    if (isData === undefined) return [];
    this.#dataLength += line.length;
    if (this.#dataLength > MAX_CHARACTERS) throw new EventError(`an event of more than ${MAX_CHARACTERS} characters`);
    this.#data.push(data);
    return [];
  }

  #dispatch(): readonly string[] {
    if (this.#data.length === 0) return [];
    const data = this.#data.join("\n");
    [this.#data, this.#dataLength] = [[], 0];
    return [data];
  }
}
