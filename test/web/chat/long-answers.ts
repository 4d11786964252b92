import type { Page, WebSocketRoute } from "playwright-core";

interface LongAnswers {
  readonly tokens: number;
  /** A piece of an answer has come by, on this socket. */
  readonly heard: (socket: WebSocketRoute) => void;
}

/** The page asks as people do; its answers are made longer than a model would make them. */
export function makeAnswersLong(page: Page, { tokens, heard }: LongAnswers): Promise<void> {
  return page.routeWebSocket(/graphql/, (socket) => {
    const answering = socket.connectToServer();
    socket.onMessage((message) => answering.send(asLong(String(message), tokens)));
    answering.onMessage((message) => {
      socket.send(message);
      if (String(message).includes('"ChatDelta"')) heard(socket);
    });
  });
}

interface Message {
  readonly payload?: { readonly variables?: { readonly input?: { options?: object; readonly messages: unknown[] } } };
}

function asLong(message: string, tokens: number): string {
  const asked = JSON.parse(message) as Message;
  const input = asked.payload?.variables?.input;
  if (input === undefined || input.messages.length === 0) return message;
  input.options = { minTokens: tokens, maxTokens: tokens, temperature: 1, seed: 3 };
  return JSON.stringify(asked);
}
