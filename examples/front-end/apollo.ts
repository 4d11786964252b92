import { ApolloClient, CombinedGraphQLErrors, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import { ChatDocument, type ChatInput } from "../clients/generated/graphql.ts";

const socket = createClient({ url: `${location.origin.replace("http", "ws")}/graphql`, retryAttempts: 0 });
const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });

export type Asking = { messages: ChatInput["messages"]; onText: (text: string) => void; signal: AbortSignal };

/** Tells the answer's text as it grows, and at last how it ended. A lost connection is taken up where it was. */
export async function chat({ messages, onText, signal }: Asking): Promise<string> {
  const generationId = crypto.getRandomValues(new Uint32Array(4)).join("-");
  let [after, text] = [-1, ""];
  const follow = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const variables = { input: { generationId, messages: after < 0 ? messages : [] }, after };
      // A cache would keep only the latest event.
      const events = client.subscribe({ query: ChatDocument, variables, fetchPolicy: "no-cache" });
      const following = events.subscribe(({ data, error }) => {
        if (!data) return error instanceof CombinedGraphQLErrors ? reject(error) : resolve("LOST");
        const event = data.chat;
        after = event.seq;
        if (event.__typename === "ChatDelta") onText((text += event.delta));
        if (event.__typename === "ChatFailed") reject(new Error(`${event.code}: ${event.message}`));
        if (event.__typename === "ChatCompleted") resolve(event.finishReason);
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
