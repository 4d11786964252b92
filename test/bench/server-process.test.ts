import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root, serverArguments } from "../../bench/server-process.ts";

it("a server is started as npm start starts it", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { start: string } };
  expect(scripts.start.endsWith(`exec node ${serverArguments.join(" ")}`)).toBe(true);
});
