import { Client, fetchExchange } from "@urql/core";
import { ChatDocument, type ChatInput } from "../clients/generated/graphql.ts";

const exchanges = [fetchExchange];
const client = new Client({ url: "/graphql", exchanges, fetchSubscriptions: true, preferGetMethod: false });

export type Asking = { messages: ChatInput["messages"]; onText: (text: string) => void; signal: AbortSignal };

/** Tells the answer's text as it grows, and at last how it ended. A lost connection is taken up where it was. */
export async function chat({ messages, onText, signal }: Asking): Promise<string> {
  const generationId = crypto.getRandomValues(new Uint32Array(4)).join("-");
  let [after, text] = [-1, ""];
  const follow = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const variables = { input: { generationId, messages: after < 0 ? messages : [] }, after };
      const following = client.subscription(ChatDocument, variables).subscribe(({ data, error, hasNext }) => {
        const event = data?.chat;
        // The last one comes again, to say that there is no other.
        if (event && event.seq > after) {
          after = event.seq;
          if (event.__typename === "ChatDelta") onText((text += event.delta));
          if (event.__typename === "ChatFailed") reject(new Error(`${event.code}: ${event.message}`));
          if (event.__typename === "ChatCompleted") resolve(event.finishReason);
        }
        if (error && !error.networkError) reject(error);
        else if (error || !hasNext) resolve("LOST");
      });
      signal.addEventListener("abort", () => {
        following.unsubscribe();
        resolve("STOPPED");
      });
    });
  for (;;) {
    const end = signal.aborted ? "STOPPED" : await follow();
    if (end !== "LOST") return end;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
