import type { Browser, Page, WebSocketRoute } from "playwright-core";
import { ChattingInference } from "../../chat/chatting-inference.ts";
import { launchBrowser } from "../../src/browser.ts";
import { Gate } from "../../src/gate.ts";
import { startTestServer, type TestServer } from "../../src/test-server.ts";
import { builtPage } from "../support/built-page.ts";
import { visit, type Visit } from "../support/room.ts";
import { Talk } from "./talk.ts";

export const words = ["Two", " keys", " on", " blue.", " They", " are", " gold."];
export const whole = words.join("");

interface StageParts {
  readonly server: TestServer<ChattingInference>;
  readonly browser: Browser;
  readonly visit: Visit;
}

/** The chat room in a browser, over a model whose words the test lets out one by one, and a network that it cuts. */
export class Stage implements AsyncDisposable {
  /** Down: no socket is taken. Forgetful: as with a server that was started anew, which knows no generation. */
  network: "up" | "down" | "forgetful" = "up";
  gate = new Gate();
  readonly talk: Talk;
  readonly #parts: StageParts;
  #socket: WebSocketRoute | undefined;

  private constructor(parts: StageParts) {
    this.#parts = parts;
    this.talk = new Talk(parts.visit.page);
  }

  /** Undefined where no browser runs. */
  static async open(): Promise<Stage | undefined> {
    const browser = await launchBrowser();
    if (browser === undefined) return undefined;
    const env = { MAX_BODY_BYTES: "100000" };
    const server = await startTestServer({ inference: new ChattingInference(), webPage: await builtPage(), env });
    const stage = new Stage({ server, browser, visit: await visit(browser, server.url, "/chat") });
    await stage.page.routeWebSocket(/graphql/, (socket) => stage.#opened(socket));
    await stage.page.reload();
    return stage;
  }

  get page(): Page {
    return this.#parts.visit.page;
  }

  get inference(): ChattingInference {
    return this.#parts.server.inference;
  }

  get outside(): readonly string[] {
    return this.#parts.visit.outside;
  }

  /** What the console complained of, beside the network. */
  get problems(): readonly string[] {
    return this.#parts.visit.problems.filter((problem) => !/WebSocket|Failed to load resource/.test(problem));
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
    await this.#parts.browser.close();
    await this.#parts.server[Symbol.asyncDispose]();
  }

  #opened(socket: WebSocketRoute): void {
    if (this.network === "down") return void socket.close();
    const isForgetful = this.network === "forgetful";
    const answering = socket.connectToServer();
    socket.onMessage((message) => answering.send(isForgetful ? ofAnother(String(message)) : message));
    this.#socket = socket;
  }
}

function ofAnother(message: string): string {
  return message.replace(/"generationId":"[^"]*"/, '"generationId":"of-another-life"');
}
