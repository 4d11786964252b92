import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { chainOf } from "../../../bench/faults/chained-inference.ts";
import { chatTask, closeAll, openEngine, startServer, told, until } from "./support.ts";

afterEach(closeAll);

describe("a model of another server", () => {
  it("is what the server says of it", async () => {
    const server = await startServer();
    const { engine } = await openEngine(server.url);
    const [model] = engine.models();
    expect(model).toMatchObject({
      ...{ name: "chatty", family: "LLAVA", tasks: ["CAPTION", "VQA", "CHAT"], state: "READY", device: "elsewhere" },
      ...{ dtype: "F16", parameters: 7e9 },
    });
    const again = await openEngine(server.url);
    expect(again.engine.models()[0]!.digest).toBe(model!.digest);
  });

  it("fails while the server is away, and is there when it is", async () => {
    const server = await startServer();
    const { engine, logged } = await openEngine(server.url);
    await server.stop();
    await expect(engine.submit(chatTask("a"))).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    await until(() => engine.models()[0]!.state === "FAILED");
    const { devices } = await engine.scheduler();
    expect(devices[0]).toMatchObject({ state: "restarting", restarts: { deaths: 1 } });
    await server.start();
    await until(() => engine.models()[0]!.state === "READY");
    expect((await told(engine, chatTask("a"))).text).toBe(chainOf("a", 20));
    expect(logged).toEqual([
      "chatty is there: llava, spoken to as llama-server",
      "chatty is not available: The model's server cannot be reached (ECONNREFUSED).",
      "chatty is there: llava, spoken to as llama-server",
    ]);
  });

  it("that is loading is waited for", async () => {
    const server = await startServer();
    server.isLoading = true;
    let isReady = false;
    const opening = openEngine(server.url).finally(() => (isReady = true));
    await delay(100);
    expect(isReady).toBe(false);
    server.isLoading = false;
    const { engine } = await opening;
    expect(engine.models()[0]!.state).toBe("READY");
    server.isLoading = true;
    await until(() => engine.models()[0]!.state === "LOADING");
    const overdue = engine.submit(chatTask("a"), { timeoutMs: 100 });
    await expect(overdue).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    const waiting = told(engine, chatTask("a"));
    server.isLoading = false;
    expect((await waiting).text).toBe(chainOf("a", 20));
  });

  it("is one of the server's, by its name or another of its names", async () => {
    const server = await startServer();
    server.models = { data: [{ id: "/models/llava.gguf", aliases: ["llava"] }, { id: "other" }] };
    const named = await openEngine(server.url, { model: "llava" });
    await named.engine.submit(chatTask("a"));
    expect(server.asked[0]!.model).toBe("/models/llava.gguf");
    const [unnamed, missing] = [await openEngine(server.url), await openEngine(server.url, { model: "lava" })];
    expect(unnamed.engine.models()[0]!.failure).toBe(
      "The model's server has these models, say which of them: /models/llava.gguf, other.",
    );
    expect(missing.engine.models()[0]!.failure).toContain("not lava");
    server.models = "nothing";
    expect((await openEngine(server.url)).engine.models()[0]!.failure).toContain("none");
  });
});
