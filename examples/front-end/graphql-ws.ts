import { print } from "graphql";
import { createClient } from "graphql-ws";
import { ChatDocument, type ChatInput, type ChatSubscription } from "../clients/generated/graphql.ts";

const socket = createClient({ url: `${location.origin.replace("http", "ws")}/graphql`, retryAttempts: 0 });

export type Asking = { messages: ChatInput["messages"]; onText: (text: string) => void; signal: AbortSignal };

/** Tells the answer's text as it grows, and at last how it ended. A lost connection is taken up where it was. */
export async function chat({ messages, onText, signal }: Asking): Promise<string> {
  const generationId = crypto.getRandomValues(new Uint32Array(4)).join("-");
  let [after, text] = [-1, ""];
  while (!signal.aborted) {
    try {
      const variables = { input: { generationId, messages: after < 0 ? messages : [] }, after };
      const events = socket.iterate<ChatSubscription>({ query: print(ChatDocument), variables });
      signal.addEventListener("abort", () => void events.return?.());
      for await (const { data, errors } of events) {
        if (!data) throw new Error(errors?.[0]?.message);
        const event = data.chat;
        after = event.seq;
        if (event.__typename === "ChatDelta") onText((text += event.delta));
        if (event.__typename === "ChatFailed") throw new Error(`${event.code}: ${event.message}`);
        if (event.__typename === "ChatCompleted") return event.finishReason;
      }
    } catch (error) {
      if (!(error instanceof Event)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  return "STOPPED";
}
