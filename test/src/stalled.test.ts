import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { cutWhenStalled } from "../../src/stalled.ts";

it("a response is cut when its client reads nothing of it, and not while it does, or while there is nothing to read", async () => {
  const responses: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    cutWhenStalled(response, { everyMs: 100 });
    responses.push(response);
    response.write("begun");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const [reading, silent, stalled] = Array.from({ length: 3 }, () => connect(port, "127.0.0.1"));
  for (const socket of [reading!, silent!, stalled!]) {
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(socket, "data");
  }
  stalled!.pause();
  responses[2]!.write("x".repeat(32 * 2 ** 20));
  for (let i = 0; i < 10; i++) {
    responses[0]!.write("x".repeat(2 ** 20));
    await delay(50);
  }
  await expect.poll(() => responses.map(({ destroyed }) => destroyed)).toEqual([false, false, true]);
  for (const socket of [reading!, silent!, stalled!]) socket.destroy();
  server.close();
});
