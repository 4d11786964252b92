import type { Client } from "urql";
import { newId } from "../new-id.ts";
import { Answers } from "./answers.ts";
import { before, type Conversation, lostGenerations, type Question, withQuestion } from "./conversation.ts";
import { forgetConversation, keepConversation, readChats } from "./kept-chats.ts";
import { messagesOf } from "./messages.ts";
import { type ChatSettings, optionsOf } from "./settings.ts";
import { Watched } from "./watched.ts";

const MAX_KEPT = 50;

/** The conversations of this browser. Answers go on coming whatever room and conversation is shown. */
export class Chats {
  readonly answers: Answers;
  /** The latest first; undefined until they are read. */
  readonly conversations = new Watched<readonly Conversation[] | undefined>(undefined);

  constructor(client: Client) {
    this.answers = new Answers(client);
    void this.#read();
  }

  /** Puts a question at the end of a conversation, which begins with it where there is none. */
  ask(id: string, question: Question, settings: ChatSettings): void {
    const conversation = this.#find(id) ?? { id, askedAt: 0, turns: [] };
    const generationId = newId();
    this.#answer(withQuestion(conversation, { question, generationId }, Date.now()), settings);
  }

  /** Puts another question, or the same again, in the place of one; what followed is gone. */
  askInstead(id: string, generationId: string, question: Question, settings: ChatSettings): void {
    const conversation = this.#find(id);
    if (conversation === undefined) return;
    const earlier = before(conversation, generationId);
    this.answers.forget(lostGenerations(conversation, earlier));
    const turn = { question, generationId: newId() };
    this.#answer(withQuestion(earlier, turn, Date.now()), settings);
  }

  rename(id: string, name: string): void {
    const conversation = this.#find(id);
    if (conversation === undefined) return;
    const renamed = { ...conversation, name: name.trim() === "" ? undefined : name.trim() };
    this.conversations.set(this.conversations.value?.map((each) => (each.id === id ? renamed : each)));
    void keepConversation(renamed);
  }

  remove(id: string): void {
    const conversation = this.#find(id);
    if (conversation === undefined) return;
    this.conversations.set(this.conversations.value?.filter((each) => each.id !== id));
    this.answers.forget(lostGenerations(conversation, { ...conversation, turns: [] }));
    void forgetConversation(conversation);
  }

  async #read(): Promise<void> {
    const { conversations, answers } = await readChats();
    this.answers.resume(answers);
    this.conversations.set(conversations);
  }

  #find(id: string): Conversation | undefined {
    return this.conversations.value?.find((each) => each.id === id);
  }

  /** Kept before anything is asked: a page that is loaded anew finds the generation again. */
  #answer(conversation: Conversation, settings: ChatSettings): void {
    const { generationId } = conversation.turns.at(-1)!;
    const kept = this.#put(conversation);
    this.answers.begin(generationId, async () => {
      await kept;
      const messages = await messagesOf(conversation.turns, this.answers.all.value, settings.system);
      return { generationId, model: settings.model ?? null, messages, options: optionsOf(settings) };
    });
  }

  #put(conversation: Conversation): Promise<void> {
    const others = (this.conversations.value ?? []).filter(({ id }) => id !== conversation.id);
    this.conversations.set([conversation, ...others]);
    for (const { id } of others.slice(MAX_KEPT - 1)) this.remove(id);
    return keepConversation(conversation);
  }
}

const chatsByClient = new WeakMap<Client, Chats>();

/** One for all who talk over this client: they outlive the room. */
export function chatsOf(client: Client): Chats {
  const chats = chatsByClient.get(client) ?? new Chats(client);
  chatsByClient.set(client, chats);
  return chats;
}
