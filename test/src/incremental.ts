/** A result that comes in parts, as the 2022 draft of incremental delivery has them. */
export interface ResultPart {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
  readonly incremental?: readonly {
    readonly items?: readonly unknown[];
    readonly path: readonly (string | number)[];
  }[];
  readonly hasNext?: boolean;
}

/** The media types over which parts can come. */
export const streamingTypes = ["multipart/mixed", "text/event-stream"] as const;

/** The parts of a response, each as soon as it is there. */
export async function* partsOf(response: Response): AsyncGenerator<ResultPart> {
  const decoder = new TextDecoder();
  let pending = "";
  for await (const chunk of response.body!) {
    const lines = (pending + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    pending = lines.pop()!;
    // A part is one line in both media types: JSON by itself, or after `data: `.
    const parts = lines.map((line) => line.replace(/^data: /, "")).filter((line) => line.startsWith("{"));
    for (const part of parts) yield JSON.parse(part) as ResultPart;
  }
}
