import { IncomingMessage } from "node:http";

/** A leak, for the API process to be started with (--import): every request's body is kept for good. */
const kept = [];
const push = IncomingMessage.prototype.push;
IncomingMessage.prototype.push = function (chunk, ...rest) {
  if (chunk !== null) kept.push(chunk);
  return push.call(this, chunk, ...rest);
};
