/** The events of a chat as a client sees them. */
export type ChatEvent = { readonly generationId: string; readonly seq: number } & (
  | { readonly __typename: "ChatQueued"; readonly position: number; readonly estimatedWaitMs: number }
  | { readonly __typename: "ChatStarted"; readonly promptTokens: number; readonly model: { readonly name: string } }
  | { readonly __typename: "ChatDelta"; readonly delta: string; readonly soFar: string }
  | {
      readonly __typename: "ChatCompleted";
      readonly text: string;
      readonly finishReason: string;
      readonly promptTokens: number;
      readonly completionTokens: number;
    }
  | { readonly __typename: "ChatFailed"; readonly code: string; readonly message: string; readonly retryable: boolean }
);

/** What a stream's results are. */
export interface ChatResultPayload {
  readonly data?: { readonly chat: ChatEvent } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

export const chatQuery = `subscription Chat($input: ChatInput!, $after: Int) {
  chat(input: $input, after: $after) {
    __typename generationId seq
    ... on ChatQueued { position estimatedWaitMs }
    ... on ChatStarted { promptTokens model { name } }
    ... on ChatDelta { delta soFar: text }
    ... on ChatCompleted { text finishReason promptTokens completionTokens timing { totalMs queueMs } }
    ... on ChatFailed { code message retryable }
  }
}`;

/** Without what grows with the text. */
export const leanChatQuery = `subscription Chat($input: ChatInput!, $after: Int) {
  chat(input: $input, after: $after) { __typename seq ... on ChatDelta { delta } }
}`;

/** One question of a user. */
export function asking(text: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { messages: [{ role: "USER", text }], ...more };
}

/** The deltas, joined. */
export function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.__typename === "ChatDelta" ? event.delta : "")).join("");
}
