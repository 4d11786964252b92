import { type RealServer, type ServerOptions, startServer } from "../../acceptance/support/server.ts";
import { eventually } from "../../acceptance/support/wait.ts";
import { ask } from "../../src/test-server.ts";

/** Pictures that every new gallery is given. */
export const NUM_EXAMPLES = 24;

/** A server over the bundled models whose gallery has all the examples. */
export async function startFilledServer(options: ServerOptions = {}): Promise<RealServer> {
  const server = await startServer(options);
  try {
    await galleryHas(server.url, NUM_EXAMPLES);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** Until the gallery has so many pictures. */
export async function galleryHas(url: string, count: number): Promise<void> {
  await eventually(`the gallery has ${count} pictures`, async () => {
    const { data } = await ask(url, "{ images { totalCount } }");
    return (data?.images as { totalCount: number } | undefined)?.totalCount === count ? true : undefined;
  });
}
