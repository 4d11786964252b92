import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to a server that breaks once: right after something with `text` in it has passed towards the client. */
export interface CuttingProxy extends AsyncDisposable {
  readonly url: string;
  /** Resolves when the way has broken. */
  readonly isCut: Promise<void>;
}

export async function startCuttingProxy(target: string, text: string): Promise<CuttingProxy> {
  let tell: () => void = () => undefined;
  const isCut = new Promise<void>((resolve) => (tell = resolve));
  const sockets = new Set<Socket>();
  let isDone = false;
  const proxy = createServer((client) => {
    const server = connect(Number(new URL(target).port), "127.0.0.1");
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) sockets.add(socket.on("error", end).on("close", end));
    client.pipe(server);
    server.on("data", (chunk) => {
      client.write(chunk, () => {
        if (isDone || !chunk.toString().includes(text)) return;
        isDone = true;
        end();
        tell();
      });
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    isCut,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, "close");
    },
  };
}
