import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** PostgreSQL in this process, with pgvector, behind a port: for tests of what a server's extension does. */
export interface PgliteServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * PGlite speaks the wire protocol, but has one session: connections take turns at it. One that is within a transaction,
 * or has sent only a part of what the session answers, keeps its turn.
 */
export async function startPglite(): Promise<PgliteServer> {
  const database = await PGlite.create({ extensions: { vector } });
  const turns = new Turns();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    serve(socket, database, turns);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://postgres:secret@127.0.0.1:${port}/postgres`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await database.close();
    },
  };
}

/** Lets one connection at a time speak. */
class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn, to what ends it. */
  take(): Promise<() => void> {
    const before = this.#last;
    let end = (): void => undefined;
    this.#last = new Promise((resolve) => (end = resolve));
    return before.then(() => end);
  }
}

/** Startup messages have no type; their code says what they are. */
const sslRequest = 80_877_103;
/** AuthenticationOk, what pg wants to know of the server, ReadyForQuery. */
const welcome = Buffer.concat([
  message("R", Buffer.from([0, 0, 0, 0])),
  message("S", Buffer.from("client_encoding\0UTF8\0")),
  message("S", Buffer.from("server_version\x0018.0\0")),
  message("Z", Buffer.from("I")),
]);

function serve(socket: Socket, database: PGlite, turns: Turns): void {
  const messages = new Messages();
  let endTurn: (() => void) | undefined;
  let work = Promise.resolve();
  const leave = (): void => {
    endTurn?.();
    endTurn = undefined;
  };
  const answer = async (bytes: Buffer): Promise<void> => {
    endTurn ??= await turns.take();
    const reply = Buffer.from(await database.execProtocolRaw(bytes));
    socket.write(reply);
    if (isIdle(reply)) leave();
  };
  socket.on("data", (data: Buffer) => {
    for (const received of messages.add(data)) {
      if (received.kind === "questions") work = work.then(() => answer(received.bytes));
      else if (received.kind === "end") socket.end();
      else socket.write(received.kind === "ssl" ? "N" : welcome);
    }
  });
  socket.once("close", () => void work.then(() => rollBack(database, endTurn)).then(leave));
}

type Received = { readonly kind: "ssl" | "startup" | "end" } | { readonly kind: "questions"; readonly bytes: Buffer };

/** What a connection sends, cut where the server is expected to answer. */
class Messages {
  #pending = Buffer.alloc(0);
  #questions: Buffer[] = [];
  #isStarted = false;

  *add(data: Buffer): Generator<Received> {
    this.#pending = Buffer.concat([this.#pending, data]);
    for (;;) {
      const length = lengthOf(this.#pending, this.#isStarted);
      if (length === undefined) return;
      const bytes = this.#pending.subarray(0, length);
      this.#pending = this.#pending.subarray(length);
      if (this.#isStarted) yield* this.#question(bytes);
      else yield this.#opening(bytes);
    }
  }

  #opening(bytes: Buffer): Received {
    if (bytes.readInt32BE(4) === sslRequest) return { kind: "ssl" };
    this.#isStarted = true;
    return { kind: "startup" };
  }

  /** A statement with values is five messages, of which the last is Sync. */
  *#question(bytes: Buffer): Generator<Received> {
    const type = String.fromCharCode(bytes[0]!);
    if (type === "X") yield { kind: "end" };
    else this.#questions.push(bytes);
    if (type !== "Q" && type !== "S") return;
    yield { kind: "questions", bytes: Buffer.concat(this.#questions) };
    this.#questions = [];
  }
}

/** A client that leaves within a transaction leaves nothing of it. */
async function rollBack(database: PGlite, turn: (() => void) | undefined): Promise<void> {
  if (turn !== undefined && !database.closed) await database.execProtocolRaw(message("Q", Buffer.from("ROLLBACK\0")));
}

/** Of the first message, if all of it is there. */
function lengthOf(bytes: Buffer, hasType: boolean): number | undefined {
  const start = hasType ? 1 : 0;
  if (bytes.length < start + 4) return undefined;
  const length = start + bytes.readInt32BE(start);
  return length <= bytes.length ? length : undefined;
}

/** Whether the reply ends with "ready for a query, in no transaction". */
function isIdle(reply: Buffer): boolean {
  return reply.subarray(-6).equals(message("Z", Buffer.from("I")));
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
