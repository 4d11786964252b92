import { appendFileSync } from "node:fs";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

/**
 * Loaded by NODE_OPTIONS into every process and thread of a server: notes when the compute thread has each token, and writes
 * that into the file TOKEN_STAMPS when the chat is over. Nothing of it goes to the API process.
 */
const machineMs = () => Number(process.hrtime.bigint()) / 1e6;
if (parentPort !== null) stampTokens(parentPort);
else if (isMainThread && process.argv[1]?.endsWith("/worker/main-entry.js")) followStamps();

/** In the compute thread: the message that has new tokens, or the last, has the time too. */
function stampTokens(port) {
  const post = port.postMessage.bind(port);
  port.postMessage = (message, ...rest) => {
    if (message.type === "tokens" || message.type === "finished") message.stampedAt = machineMs();
    post(message, ...rest);
  };
}

/** In the worker's main thread, which tells the text of tokens while it handles the message that brought them. */
function followStamps() {
  /** @type {Map<number, { question: string, stamps: number[] }>} */
  const chats = new Map();
  let stampedAt;
  const emit = Worker.prototype.emit;
  Worker.prototype.emit = function (name, ...args) {
    if (name === "message") stampedAt = args[0]?.stampedAt;
    return emit.call(this, name, ...args);
  };
  const { emit: hear, send } = process;
  process.emit = (name, ...args) => {
    if (name === "message" && args[0]?.task?.kind === "chat") {
      const { id, task } = args[0];
      chats.set(id, { question: task.messages.at(-1).text, stamps: [] });
    }
    return hear.call(process, name, ...args);
  };
  process.send = (message, ...rest) => {
    const chat = chats.get(message.id);
    if (message.type === "progress" && message.step.type === "tokens" && message.step.text !== "") {
      chat?.stamps.push(stampedAt);
    }
    if (message.type === "result" && chat !== undefined) {
      chats.delete(message.id);
      // Before its client hears of the end, after which it reads them.
      appendFileSync(process.env.TOKEN_STAMPS, `${JSON.stringify(chat)}\n`);
    }
    return send.call(process, message, ...rest);
  };
}
