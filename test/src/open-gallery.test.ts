import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { openGallery } from "../../src/open-gallery.ts";
import { FakeInference } from "../gallery/fake-inference.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function configOf(...argv: readonly string[]): Exclude<ReturnType<typeof parseConfig>, "help"> {
  const config = parseConfig(argv, {});
  if (config === "help") throw new Error("no help was asked for");
  return config;
}

async function problemOf(...argv: readonly string[]): Promise<Error> {
  const opened = openGallery(configOf(...argv), new FakeInference(), () => undefined);
  const problem = await opened.catch((error: unknown) => error);
  expect(problem).toMatchObject({ name: "ConfigError" });
  return problem as Error;
}

const url = "postgres://somebody:hunter2@127.0.0.1:1/gallery";

describe("the gallery that settings name", () => {
  it("is this machine's own without a database", async () => {
    const gallery = await openGallery(configOf("--data", temporaryFolder("own")), new FakeInference(), () => undefined);
    expect((await gallery.page({ first: 1 })).totalCount).toBe(0);
    await gallery.close();
  });

  it("keeps its pictures in its database, unless another place is named", () => {
    expect(configOf("--gallery-db", url).sharedGallery).toEqual({ url, gallery: "main", blobs: url });
    const elsewhere = configOf("--gallery-db", url, "--blobs", "s3://bucket", "--gallery-name", "zoo");
    expect(elsewhere.sharedGallery).toEqual({ url, gallery: "zoo", blobs: "s3://bucket" });
    expect(configOf("--blobs", "s3://bucket").sharedGallery).toBeUndefined();
  });

  it("that cannot be reached stops the start, and no password is shown", async () => {
    const problem = await problemOf("--gallery-db", url, "--data", temporaryFolder("shared"));
    expect(problem.message).toMatch(
      /^The gallery in PostgreSQL at 127.0.0.1:1\/gallery cannot be opened: .*ECONNREFUSED/,
    );
    expect(String(problem.stack)).not.toContain("hunter2");
  });

  it.each(["mysql://somebody:hunter2@host/db", "postgres://somebody:hunter2@host:port/db", "hunter2"])(
    "cannot be %o, which is not repeated",
    (wrong) => {
      const parse = (): unknown => configOf("--gallery-db", wrong);
      expect(parse).toThrow("--gallery-db (or GALLERY_DB) must be a URL such as postgres://");
      expect(parse).not.toThrow("hunter2");
    },
  );

  it("has a plain name", () => {
    expect(() => configOf("--gallery-db", url, "--gallery-name", join("..", "a"))).toThrow("--gallery-name");
  });
});
