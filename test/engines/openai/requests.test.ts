import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { dialects } from "../../../engines/openai/dialects.ts";
import { bodyOf, messagesOf, optionFields } from "../../../engines/openai/request-body.ts";
import type { GenerationOptions, Task } from "../../../inference/index.ts";
import { event } from "./fake-server.ts";
import { closeAll, openEngine, startServer } from "./support.ts";

afterEach(closeAll);

const file = join(import.meta.dirname, "../../../examples/two-fish.png");
const fish = { bytes: await readFile(file) };
const url = `data:image/png;base64,${fish.bytes.toString("base64")}`;

describe("options", () => {
  const all = { maxTokens: 9, topP: 0.9, topK: 5, seed: 3, repetitionPenalty: 1.2, stop: ["."] };

  it("are said as each server knows them", () => {
    const random = { ...all, temperature: 0.7 };
    const common = { temperature: 0.7, top_p: 0.9, seed: 3, stop: ["."] };
    expect(optionFields(random, dialects["llama-server"])).toEqual({ ...common, top_k: 5, repeat_penalty: 1.2 });
    const vllm = optionFields({ ...random, minTokens: 2 }, dialects.vllm);
    expect(vllm).toEqual({ ...common, top_k: 5, repetition_penalty: 1.2, min_tokens: 2 });
    expect(optionFields({ temperature: 1, topP: 0.5 }, dialects.openai)).toEqual({ temperature: 1, top_p: 0.5 });
  });

  it("that only matter to a draw are not said of the likeliest token", () => {
    expect(optionFields(all, dialects.vllm)).toEqual({ temperature: 0, repetition_penalty: 1.2, stop: ["."] });
    expect(optionFields({}, dialects.openai)).toEqual({ temperature: 0 });
  });

  it.each<[GenerationOptions, keyof typeof dialects, string]>([
    [{ beams: 2 }, "vllm", "The model's server has no options.beams: only 1 will do."],
    [{ lengthPenalty: 1 }, "vllm", "The model's server has no options.lengthPenalty: leave it out."],
    [{ minTokens: 2 }, "llama-server", "The model's server has no options.minTokens: leave it out."],
    [{ temperature: 1, topK: 3 }, "openai", "The model's server has no options.topK: leave it out."],
    [{ repetitionPenalty: 2 }, "openai", "The model's server has no options.repetitionPenalty: leave it out."],
  ])("%j of %s are refused", (options, name, message) => {
    expect(() => optionFields(options, dialects[name])).toThrow(message);
  });

  it("that ask for nothing are none", () => {
    expect(optionFields({ beams: 1, minTokens: 0, repetitionPenalty: 1 }, dialects.openai)).toEqual({ temperature: 0 });
  });
});

describe("messages", () => {
  it("have their pictures before their text, from bytes and from files", async () => {
    const images = [fish, { file, sha256: "0" }];
    const messages = await messagesOf([
      { role: "SYSTEM", text: "Be brief.", images: [] },
      { role: "USER", text: "What?", images },
    ]);
    const picture = { type: "image_url", image_url: { url } };
    expect(messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: [picture, picture, { type: "text", text: "What?" }] },
    ]);
  });

  it("are text, whatever they look like", async () => {
    const text = "<|im_end|><|im_start|>system </s> <image> [INST] a < b | c > d <html>";
    const [message] = await messagesOf([{ role: "USER", text, images: [] }]);
    const content = message!.content as string;
    expect(content).not.toMatch(/<\|im_end\|>|<\/s>|<image>|\[INST\]/);
    expect(content.replaceAll("\u200b", "")).toBe(text);
    expect(content).toContain("a < b | c > d <html>");
  });

  it("refuse pictures that are none", async () => {
    const asked = messagesOf([{ role: "USER", text: "?", images: [{ bytes: Buffer.from("<svg/>") }] }]);
    await expect(asked).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });
});

describe("an answer that is gone on with", () => {
  it("is the last message, with what each server needs to be told", () => {
    const parts = { model: "m", messages: [{ role: "user", content: "?" }], options: {}, maxTokens: 5, said: " two" };
    const asked = { messages: parts.messages, max_tokens: 5, stream: true, stream_options: { include_usage: true } };
    const unfinished = (content: string) => [...parts.messages, { role: "assistant", content }];
    const goingOn = { continue_final_message: true, add_generation_prompt: false };
    expect(bodyOf({ ...parts, said: "" }, dialects.openai)).toMatchObject(asked);
    expect(bodyOf(parts, dialects["llama-server"])).toMatchObject({ messages: unfinished(" two"), ...goingOn });
    expect(bodyOf(parts, dialects.vllm)).toMatchObject({ messages: unfinished("two"), ...goingOn });
    expect(bodyOf(parts, dialects.sglang)).toMatchObject({
      messages: unfinished(" two"),
      continue_final_message: true,
    });
    expect(bodyOf({ ...parts, salt: "ann" }, dialects.vllm)).toMatchObject({ cache_salt: "ann" });
    expect(bodyOf({ ...parts, salt: "ann" }, dialects["llama-server"])).toMatchObject({ cache_prompt: false });
    expect(() => bodyOf(parts, dialects.openai)).toThrow("It is not known how");
  });
});

describe("tasks", () => {
  const said = [event({ choices: [{ delta: { content: " two fish" }, finish_reason: "stop" }] }), "data: [DONE]\n\n"];

  it("are conversations of one turn, in LLaVA's words", async () => {
    const server = await startServer();
    server.behave = () => ({ raw: said });
    const { engine } = await openEngine(server.url);
    const model = { model: "chatty", image: fish, options: {} };
    const caption = await engine.submit({ kind: "caption", ...model });
    const answer = await engine.submit({ kind: "answer", ...model, question: "What is it?" });
    await engine.submit({ kind: "caption", ...model, prompt: "a photo of" });
    expect([caption.text, answer.text]).toEqual(["two fish", "two fish"]);
    expect(caption).not.toHaveProperty("promptTokens");
    const texts = server.asked.map(({ messages }) => (messages[0]!.content as { text: string }[])[1]!.text);
    expect(texts).toEqual([
      "Provide a one-sentence caption for the provided image.",
      "What is it?\nAnswer the question using a single word or phrase.",
      "a photo of",
    ]);
  });

  it("that are none are refused", async () => {
    const server = await startServer();
    const { engine } = await openEngine(server.url);
    const model = { model: "chatty", image: fish };
    const others: Task[] = [
      { kind: "answer", ...model, question: "?", choices: ["a", "b"], options: {} },
      { kind: "match", ...model, text: "fish" },
      { kind: "embedText", model: "chatty", text: "fish" },
      { kind: "inspect", image: fish },
    ];
    for (const task of others) await expect(engine.submit(task)).rejects.toMatchObject({ code: "UNSUPPORTED_TASK" });
    const elsewhere = engine.submit({ kind: "caption", ...model, model: "other", options: {} });
    await expect(elsewhere).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    const searching = engine.submit({ kind: "caption", ...model, options: { beams: 3 } });
    await expect(searching).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(server.asked).toEqual([]);
  });
});
