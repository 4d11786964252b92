import type { Client } from "urql";
import { type ChatInput, ModelsDocument, StopChatDocument } from "../graph/generated/graphql.ts";
import { type Answer, type ChatEvent, isOver, newAnswer, refused, stopped, withEvent } from "./answer.ts";
import { follow, pauseUntilOnline } from "./follow.ts";
import { forgetAnswers, keepAnswer } from "./kept-chats.ts";
import { listenTo } from "./listen.ts";
import { Watched } from "./watched.ts";

export type Connection = "fine" | "lost" | "back";
export type AnswersById = Readonly<Record<string, Answer>>;

/** What came is kept so often while more comes. */
const KEEP_EVERY_MS = 250;
/** The server is given so long to stop; then its answer is left. */
const STOPS_WITHIN_MS = 3_000;
const BACK_SHOWN_MS = 3_000;

/** All answers, those on their way followed until they are over. They are drawn once a frame, whatever comes. */
export class Answers {
  readonly all = new Watched<AnswersById>({});
  readonly connection = new Watched<Connection>("fine");
  readonly #client: Client;
  readonly #leaving = new Map<string, AbortController>();
  /** Changed since they were last drawn, and since they were last kept. */
  #undrawn: AnswersById = {};
  #unkept: AnswersById = {};
  #keeping: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
    window.addEventListener("pagehide", () => this.#keep());
  }

  /** Takes what was kept, and goes on with what was not over, each from its last event. */
  resume(kept: AnswersById): void {
    this.all.set({ ...kept, ...this.all.value });
    for (const answer of Object.values(kept)) {
      const { generationId } = answer;
      if (!isOver(answer)) void this.#follow(generationId, () => Promise.resolve({ generationId, messages: [] }));
    }
  }

  /** Has something answered under a new id, once `prepare` has what is asked. */
  begin(generationId: string, prepare: () => Promise<ChatInput>): void {
    const answer = newAnswer(generationId, Date.now());
    this.#change(answer);
    this.#draw();
    void this.#follow(generationId, async () => {
      const [input] = await Promise.all([prepare(), keepAnswer(answer)]);
      return input;
    });
  }

  /** What came so far stays. */
  async stop(generationId: string): Promise<void> {
    const giveUp = (): void => this.#giveUp(generationId);
    const late = setTimeout(giveUp, STOPS_WITHIN_MS);
    this.#leaving.get(generationId)?.signal.addEventListener("abort", () => clearTimeout(late));
    const { data } = await this.#client.mutation(StopChatDocument, { generationId });
    if (data?.cancelGeneration?.cancelled !== true) giveUp();
  }

  /** Leaves those that are on their way, and keeps none. */
  forget(generationIds: readonly string[]): void {
    for (const id of generationIds.filter((id) => this.#leaving.has(id))) {
      void this.#client.mutation(StopChatDocument, { generationId: id }).toPromise();
      this.#leaving.get(id)?.abort();
    }
    this.#draw();
    const gone = new Set(generationIds);
    const remaining = Object.entries(this.all.value).filter(([id]) => !gone.has(id));
    this.all.set(Object.fromEntries(remaining));
    this.#unkept = Object.fromEntries(Object.entries(this.#unkept).filter(([id]) => !gone.has(id)));
    void forgetAnswers(generationIds);
  }

  async #follow(generationId: string, prepare: () => Promise<ChatInput>): Promise<void> {
    const leaving = new AbortController();
    this.#leaving.set(generationId, leaving);
    const problem = await this.#hearAll(generationId, prepare, leaving.signal).catch(unreadable);
    if (problem && !leaving.signal.aborted) this.#change(refused(this.#latest(generationId)!, problem));
    this.#leaving.delete(generationId);
    leaving.abort();
    if (this.#leaving.size === 0 && this.connection.value === "lost") this.connection.set("fine");
    this.#draw();
    this.#keep();
  }

  async #hearAll(generationId: string, prepare: () => Promise<ChatInput>, signal: AbortSignal) {
    const input = await prepare();
    if (signal.aborted) return undefined;
    return follow({
      listen: listenTo(this.#client, input),
      after: this.#latest(generationId)?.seq,
      hear: (event) => this.#hear(generationId, event),
      onConnection: (state) => this.#connected(state),
      isReached: async () => (await this.#client.query(ModelsDocument, {})).error === undefined,
      pause: pauseUntilOnline,
      signal,
    });
  }

  #hear(generationId: string, event: ChatEvent): void {
    const answer = this.#latest(generationId);
    if (answer) this.#change(withEvent(answer, event, Date.now()));
  }

  #giveUp(generationId: string): void {
    const answer = this.#latest(generationId);
    this.#leaving.get(generationId)?.abort();
    if (answer) this.#change(stopped(answer));
  }

  #connected(state: "lost" | "back"): void {
    this.connection.set(state);
    if (state === "back")
      setTimeout(() => this.connection.value === "back" && this.connection.set("fine"), BACK_SHOWN_MS);
  }

  #latest(generationId: string): Answer | undefined {
    return this.#undrawn[generationId] ?? this.all.value[generationId];
  }

  #change(answer: Answer): void {
    if (Object.keys(this.#undrawn).length === 0) requestAnimationFrame(() => this.#draw());
    this.#undrawn = { ...this.#undrawn, [answer.generationId]: answer };
    this.#unkept = { ...this.#unkept, [answer.generationId]: answer };
    this.#keeping ??= setTimeout(() => this.#keep(), KEEP_EVERY_MS);
  }

  #draw(): void {
    const changed = this.#undrawn;
    if (Object.keys(changed).length === 0) return;
    this.#undrawn = {};
    this.all.set({ ...this.all.value, ...changed });
  }

  #keep(): void {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    const changed = Object.values(this.#unkept);
    this.#unkept = {};
    for (const answer of changed) void keepAnswer(answer);
  }
}

function unreadable(error: unknown) {
  return { code: "IMAGE_UNREADABLE", message: error instanceof Error ? error.message : String(error) };
}
