import type { Page, WebSocketRoute } from "playwright-core";
import { ChattingInference } from "../../chat/chatting-inference.ts";
import { Gate } from "../../src/gate.ts";
import { startTestServer, type TestServer } from "../../src/test-server.ts";
import { builtPage } from "../support/built-page.ts";
import { openRoom, type Room } from "../support/room.ts";
import { Talk } from "./talk.ts";

export const words = ["Two", " keys", " on", " blue.", " They", " are", " gold."];
export const whole = words.join("");

type ChatRoom = Room<TestServer<ChattingInference>>;

/** The chat room in a browser, over a model whose words the test lets out one by one, and a network that it cuts. */
export class Stage implements AsyncDisposable {
  /** Down: no socket is taken. Forgetful: as with a server that was started anew, which knows no generation. */
  network: "up" | "down" | "forgetful" = "up";
  gate = new Gate();
  readonly talk: Talk;
  readonly #room: ChatRoom;
  #socket: WebSocketRoute | undefined;

  private constructor(room: ChatRoom) {
    this.#room = room;
    this.talk = new Talk(room.page);
  }

  /** Undefined where no browser runs. */
  static async open(): Promise<Stage | undefined> {
    const room = await openRoom("/chat", startChattingServer);
    if (room === undefined) return undefined;
    const stage = new Stage(room);
    await stage.page.routeWebSocket(/graphql/, (socket) => stage.#opened(socket));
    await stage.page.reload();
    return stage;
  }

  get page(): Page {
    return this.#room.page;
  }

  get inference(): ChattingInference {
    return this.#room.server.inference;
  }

  get outside(): readonly string[] {
    return this.#room.outside;
  }

  /** What the console complained of, beside the network. */
  get problems(): readonly string[] {
    return this.#room.problems.filter((problem) => !/WebSocket|Failed to load resource/.test(problem));
  }

  /** Everything works, and the model waits to say its words. */
  reset(): void {
    this.network = "up";
    const gate = (this.gate = new Gate());
    this.inference.before = () => undefined;
    this.inference.script = async function* () {
      for (const word of words) yield await gate.pass(word);
    };
  }

  /** As a server does that is started anew. */
  async cut(): Promise<void> {
    await this.#socket?.close({ code: 1012 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#room[Symbol.asyncDispose]();
  }

  #opened(socket: WebSocketRoute): void {
    if (this.network === "down") return void socket.close();
    const isForgetful = this.network === "forgetful";
    const answering = socket.connectToServer();
    socket.onMessage((message) => answering.send(isForgetful ? ofAnother(String(message)) : message));
    this.#socket = socket;
  }
}

async function startChattingServer(): Promise<TestServer<ChattingInference>> {
  const env = { MAX_BODY_BYTES: "100000" };
  return startTestServer({ inference: new ChattingInference(), webPage: await builtPage(), env });
}

function ofAnother(message: string): string {
  return message.replace(/"generationId":"[^"]*"/, '"generationId":"of-another-life"');
}
