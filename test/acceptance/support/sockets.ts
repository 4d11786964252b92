import { connect, type Socket } from "node:net";

/** What a connection was told before it was closed by the other side, or until we closed it. */
export interface Overheard {
  readonly said: string;
  readonly closedBy: "server" | "us";
}

/** Sends bytes that need not make sense, and listens. */
export function whisper(url: string, bytes: Uint8Array | string, patienceMs: number): Promise<Overheard> {
  return new Promise((resolve) => {
    let said = "";
    const socket = open(url);
    const leave = setTimeout(() => {
      resolve({ said, closedBy: "us" });
      socket.destroy();
    }, patienceMs);
    socket.on("data", (chunk: Buffer) => (said += chunk.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(leave);
      resolve({ said, closedBy: "server" });
    });
    socket.write(bytes);
  });
}

export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port) });
}
