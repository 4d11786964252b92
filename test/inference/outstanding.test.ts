import { describe, expect, it } from "vitest";
import type { ChatProgress, CaptionTask } from "../../inference/index.ts";
import { InferenceError } from "../../inference/errors.ts";
import { Outstanding } from "../../inference/outstanding.ts";
import type { ToWorker } from "../../inference/worker/protocol.ts";
import { chatResult, chatTask } from "./generations/events.ts";

type Submit = Extract<ToWorker, { readonly type: "submit" }>;

/** Outstanding requests over workers that a test plays. */
function outstanding(): { requests: Outstanding; sent: ToWorker[]; last: () => Submit } {
  const sent: ToWorker[] = [];
  const requests = new Outstanding({
    maxRequests: 10,
    maxBytes: 100,
    send: (message) => void sent.push(message),
    admit: () => "send",
    answered: () => undefined,
    ended: () => undefined,
  });
  requests.workerUp();
  return { requests, sent, last: () => sent.at(-1) as Submit };
}

const started = { type: "started", promptTokens: 9, reusedTokens: 0, imageCacheHit: true } as const;

describe("a chat that outlives its worker", () => {
  it("is sent to the next with the tokens that are settled, and told nothing twice", async () => {
    const { requests, last } = outstanding();
    const told: ChatProgress[] = [];
    const answer = requests.add(chatTask, { timeoutMs: 10_000, onProgress: (progress) => told.push(progress) });
    expect(last().task).toEqual(chatTask);
    const { id } = last();
    requests.progress(id, started);
    requests.progress(id, { type: "tokens", tokenIds: [5, 6], text: "two" });
    requests.progress(id, { type: "tokens", tokenIds: [7], text: "" });
    requests.workerDown("SIGKILL");
    requests.workerUp();
    expect(last()).toMatchObject({ id, task: { ...chatTask, resumedTokenIds: [5, 6, 7] } });
    requests.progress(id, { ...started, reusedTokens: 4 });
    requests.progress(id, { type: "tokens", tokenIds: [8], text: " more" });
    requests.result(id, chatResult("two more", 4));
    expect((await answer).text).toBe("two more");
    expect(told).toEqual([
      started,
      { type: "delta", text: "two", tokenIds: [5, 6], tokens: 2 },
      { type: "delta", text: "", tokenIds: [7], tokens: 3 },
      { type: "delta", text: " more", tokenIds: [8], tokens: 4 },
    ]);
  });

  it("that came with tokens goes on after these and its own", () => {
    const { requests, last } = outstanding();
    const told: ChatProgress[] = [];
    const task = { ...chatTask, resumedTokenIds: [1, 2] };
    void requests
      .add(task, { timeoutMs: 10_000, onProgress: (progress) => told.push(progress) })
      .catch(() => undefined);
    const { id } = last();
    requests.progress(id, { type: "tokens", tokenIds: [3], text: "x" });
    requests.workerDown("SIGKILL");
    requests.workerUp();
    expect(last().task).toMatchObject({ resumedTokenIds: [1, 2, 3] });
    expect(told).toEqual([{ type: "delta", text: "x", tokenIds: [3], tokens: 3 }]);
    requests.failAll(new InferenceError("CANCELLED", "over"));
  });

  it("is not given up however often, as long as each worker brings a token", async () => {
    const { requests, last } = outstanding();
    const answer = requests.add(chatTask, { timeoutMs: 10_000 });
    const { id } = last();
    for (let death = 0; death < 50; death++) {
      requests.progress(id, { type: "tokens", tokenIds: [death], text: "x" });
      requests.workerDown("SIGKILL");
      requests.workerUp();
    }
    expect((last().task as typeof chatTask).resumedTokenIds).toHaveLength(50);
    requests.result(id, chatResult("x", 50));
    await answer;
  });

  it("is given up when three more die over it without a token", async () => {
    const { requests, last, sent } = outstanding();
    const answer = requests.add(chatTask, { timeoutMs: 10_000 });
    const { id } = last();
    requests.progress(id, { type: "tokens", tokenIds: [1], text: "x" });
    requests.workerDown("SIGKILL");
    const before = sent.length;
    for (let death = 0; death < 3; death++) {
      requests.workerUp();
      requests.progress(id, started);
      requests.progress(id, { type: "tokens", tokenIds: [], text: "held back" });
      requests.workerDown("SIGSEGV");
    }
    await expect(answer).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("4 times with this request (SIGSEGV)") as string,
    });
    expect(sent.length - before).toBe(3);
    expect(requests.size).toBe(0);
  });
});

describe("a chat beside another that moves on", () => {
  it("is given up later, as the other may be to blame", async () => {
    const { requests, last, sent } = outstanding();
    const answer = requests.add(chatTask, { timeoutMs: 10_000 });
    const moving = requests.add(chatTask, { timeoutMs: 10_000 });
    const { id } = last();
    let deaths = 0;
    const isGivenUp = answer.then(
      () => false,
      () => true,
    );
    for (; requests.size === 2; deaths++) {
      requests.progress(id, { type: "tokens", tokenIds: [deaths], text: "x" });
      requests.workerDown("SIGKILL");
      requests.workerUp();
    }
    expect([deaths, await isGivenUp]).toEqual([12, true]);
    expect(sent.at(-1)).toMatchObject({ id });
    requests.result(id, chatResult("x", deaths));
    await moving;
  });
});

describe("other requests", () => {
  const image = { bytes: new Uint8Array(60) };
  const caption: CaptionTask = { kind: "caption", model: "m", image, options: {} };

  it("are given up when two die over them", async () => {
    const { requests } = outstanding();
    const answer = requests.add(caption, { timeoutMs: 10_000 });
    requests.workerDown("SIGKILL");
    requests.workerUp();
    requests.workerDown("SIGKILL");
    await expect(answer).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });

  it.each([
    ["a caption", caption, "refused"],
    ["a look at a picture, which no model does", { kind: "inspect", image }, "refused"],
    [
      "a search of vectors",
      { kind: "indexSearch", space: "s", at: 0, query: new Float32Array(2), vectors: 1, k: 1 },
      "taken",
    ],
  ] as const)(
    "such as %s: after two deaths an equal one is refused, or taken where it must be",
    async (_, task, then) => {
      const { requests, last } = outstanding();
      const answer = requests.add(task, { timeoutMs: 10_000 });
      for (let death = 0; death < 2; death++) {
        requests.workerDown("SIGKILL");
        requests.workerUp();
      }
      await expect(answer).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
      const again = requests.add(task, { timeoutMs: 10_000 });
      again.catch(() => undefined);
      if (then === "taken") expect(last().task).toEqual(task);
      else await expect(again).rejects.toMatchObject({ message: expect.stringContaining("died over this") as string });
    },
  );

  it("are not refused again where they were two together: nobody can tell which of them it was", async () => {
    const { requests, last } = outstanding();
    const answers = [caption, { ...caption, prompt: "a" }].map((task) => requests.add(task, { timeoutMs: 10_000 }));
    const failed = Promise.allSettled(answers);
    for (let death = 0; death < 2; death++) {
      requests.workerDown("SIGKILL");
      requests.workerUp();
    }
    expect((await failed).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const again = requests.add(caption, { timeoutMs: 10_000 });
    expect(last().task).toEqual(caption);
    again.catch(() => undefined);
  });

  it("have room for so many bytes; a picture that a chat shows twice is one", async () => {
    const { requests, last } = outstanding();
    const message = { role: "USER", text: "", images: [image, image] } as const;
    const chat = requests.add({ ...chatTask, messages: [message, message] }, { timeoutMs: 10_000 });
    const { id } = last();
    await expect(requests.add(caption, { timeoutMs: 10_000 })).rejects.toMatchObject({ code: "OVERLOADED" });
    requests.result(id, chatResult("", 0));
    await chat;
    const leaving = new AbortController();
    const next = requests.add(caption, { timeoutMs: 10_000, signal: leaving.signal });
    leaving.abort();
    await expect(next).rejects.toMatchObject({ code: "CANCELLED" });
    expect(last()).toMatchObject({ type: "cancel", id: id + 1 });
  });
});

describe("requests that would not be done in time", () => {
  const caption: CaptionTask = { kind: "caption", model: "m", image: { bytes: new Uint8Array(1) }, options: {} };
  const took = { ...chatResult("a dog", 2).timing, encodeMs: 4000, encodeBatch: 1, decodeMs: 0, decodeBatch: 0 };

  /** Of which each caption takes four seconds. */
  async function measured() {
    const all = outstanding();
    const answer = all.requests.add(caption, { timeoutMs: 10_000 });
    all.requests.result(all.last().id, { ...chatResult("a dog", 2), timing: took });
    await answer;
    return all;
  }

  it("are refused at once, with the time after which they would be", async () => {
    const { requests, sent } = await measured();
    const taken = [1, 2].map(() => requests.add(caption, { timeoutMs: 10_000, client: "ann" }).catch(() => "failed"));
    const before = sent.length;
    await expect(requests.add(caption, { timeoutMs: 10_000, client: "ann" })).rejects.toMatchObject({
      code: "OVERLOADED",
      message: expect.stringContaining("It would wait about 8.0 s, and may take 10.0 s in all") as string,
      retryAfterMs: 1000,
    });
    expect(sent).toHaveLength(before);
    void requests.add(caption, { timeoutMs: 20_000, client: "ann" }).catch(() => "failed");
    void requests.add(caption, { timeoutMs: 10_000, client: "bob" }).catch(() => "failed");
    expect(requests.size).toBe(4);
    requests.failAll(new InferenceError("CANCELLED", "over"));
    await Promise.all(taken);
  });
});
