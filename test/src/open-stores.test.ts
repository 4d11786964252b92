import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { LOCAL_TENANT } from "../../src/access/tenant.ts";
import { openStores } from "../../src/open-stores.ts";
import { describePostgres } from "../support/describe-postgres.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function configOf(...argv: readonly string[]): Exclude<ReturnType<typeof parseConfig>, "help"> {
  const config = parseConfig(argv, {});
  if (config === "help") throw new Error("no help was asked for");
  return config;
}

function open(...argv: readonly string[]): ReturnType<typeof openStores> {
  const { dataDirectory: folder, sharedGallery: shared } = configOf(...argv);
  return openStores({ folder, shared, report: () => undefined });
}

async function problemOf(...argv: readonly string[]): Promise<Error> {
  const problem = await open(...argv).catch((error: unknown) => error);
  expect(problem).toMatchObject({ name: "ConfigError" });
  return problem as Error;
}

const url = "postgres://somebody:hunter2@127.0.0.1:1/gallery";

describePostgres("galleries of tenants in one database", (postgres) => {
  it("are apart, by the server's name for its own and theirs within it, over one pool of connections", async () => {
    const { url } = postgres.server;
    const stores = await open("--gallery-db", url, "--gallery-name", "zoo", "--data", temporaryFolder("shared"));
    const galleries = await Promise.all([LOCAL_TENANT, "acme", "other"].map((tenant) => stores.open(tenant)));
    const added = await galleries[1]!.add({ bytes: Buffer.from("a"), width: 1, height: 1, format: "png" });
    expect(await Promise.all(galleries.map((gallery) => gallery.count()))).toEqual([0, 1, 0]);
    const names = await postgres.sql.query("SELECT name FROM triptych.gallery ORDER BY name");
    expect(names).toEqual([{ name: "zoo" }, { name: "zoo.acme" }, { name: "zoo.other" }]);
    const users = "SELECT count(*)::int AS users FROM pg_stat_activity WHERE application_name = 'triptych'";
    expect(Number((await postgres.sql.query(users))[0]!.users)).toBeLessThanOrEqual(16);
    await galleries[0]!.close();
    expect(await galleries[1]!.get([added.id])).toEqual([added]);
    await Promise.all(galleries.map((gallery) => gallery.close()));
    await stores.close();
  });
});

describe("the gallery that settings name", () => {
  it("is this machine's own without a database", async () => {
    const folder = temporaryFolder("own");
    const stores = await open("--data", folder);
    const [ours, theirs] = [await stores.open(LOCAL_TENANT), await stores.open("acme")];
    expect([await ours.count(), await theirs.count()]).toEqual([0, 0]);
    expect(existsSync(join(folder, "tenants", "acme", "gallery.db"))).toBe(true);
    await Promise.all([ours.close(), theirs.close()]);
    await stores.close();
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
