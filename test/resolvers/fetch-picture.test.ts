import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { createFetchPicture, publicOnly, type FetchPolicy } from "../../resolvers/fetch-picture.ts";

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => (server.closeAllConnections(), server.close())));

/** A web server of the test's own; answers its port. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** As in production, but to the test's server on any port: "cats.test" is there, "inside.test" is somewhere private. */
const policy: FetchPolicy = {
  ...publicOnly,
  ports: "any",
  timeoutMs: 10_000,
  maxBytes: 1_000,
  isAllowed: (address) => address === "127.0.0.1",
  resolve: (host) => {
    const address = { "cats.test": "127.0.0.1", "inside.test": "10.0.0.7" }[host];
    return Promise.resolve(address === undefined ? [] : [{ address, family: 4 }]);
  },
};
const never = new AbortController().signal;

function fetchWith(changes: Partial<FetchPolicy>, url: string, signal = never): Promise<Uint8Array> {
  return createFetchPicture({ ...policy, ...changes })(new URL(url), signal);
}

function failing(code: string, message: string): object {
  return { code, message: expect.stringContaining(message) as string };
}

describe("fetching a picture", () => {
  it("reads the bytes, asks for no compression, sends no credentials", async () => {
    let headers: unknown;
    const port = await serve((request, response) => {
      headers = request.headers;
      response.end("picture");
    });
    expect(Buffer.from(await fetchWith({}, `http://cats.test:${port}/cat.png`)).toString()).toBe("picture");
    expect(headers).toMatchObject({ "accept-encoding": "identity", host: `cats.test:${port}` });
    expect(headers).not.toHaveProperty("cookie");
  });

  it("follows three redirects and no more", async () => {
    const port = await serve((request, response) => {
      const left = Number(request.url!.slice(1));
      if (left === 0) response.end("there");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(Buffer.from(await fetchWith({}, `http://cats.test:${port}/3`)).toString()).toBe("there");
    await expect(fetchWith({}, `http://cats.test:${port}/4`)).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "redirects more than 3 times"),
    );
  });

  it.each([
    ["a private name", "http://inside.test/"],
    ["a private address", "http://10.0.0.7/"],
    ["loopback in disguise", "http://0x7f.1:{port}/"],
    ["IPv6 loopback", "http://[::1]:{port}/"],
    ["IPv4 mapped into IPv6", "http://[::ffff:127.0.0.1]:{port}/"],
    ["NAT64", "http://[64:ff9b::7f00:1]/"],
    ["another protocol", "ftp://cats.test/"],
    ["a file", "file:///etc/passwd"],
    ["credentials", "http://user:secret@cats.test/"],
  ])("does not follow a redirect to %s", async (_name, location) => {
    let asked = 0;
    const port = await serve((request, response) => {
      asked++;
      response
        .writeHead(301, {
          location: location.replace("{port}", String((request.socket.address() as AddressInfo).port)),
        })
        .end();
    });
    const isAllowed = (address: string): boolean => address === "127.0.0.1" && asked === 0;
    await expect(fetchWith({ isAllowed }, `http://cats.test:${port}/`)).rejects.toMatchObject({
      code: expect.stringMatching(/^(IMAGE_UNREACHABLE|BAD_USER_INPUT)$/) as string,
    });
    expect(asked).toBe(1);
  });

  it.each([
    ["http://127.0.0.1/", "IMAGE_UNREACHABLE", "not a host of the public internet"],
    ["http://2130706433/", "IMAGE_UNREACHABLE", "not a host of the public internet"],
    ["http://[::1]/", "IMAGE_UNREACHABLE", "not a host of the public internet"],
    ["http://[64:ff9b::a9fe:a9fe]/", "IMAGE_UNREACHABLE", "not a host of the public internet"],
    ["http://169.254.169.254/latest/meta-data", "IMAGE_UNREACHABLE", "not a host of the public internet"],
    ["http://1.1.1.1:6379/", "BAD_USER_INPUT", "only the ports 80 and 443, not 6379"],
    ["https://u:p@1.1.1.1/", "BAD_USER_INPUT", "no user name or password"],
    ["gopher://1.1.1.1/", "BAD_USER_INPUT", "only http and https, not gopher:"],
  ])("in production refuses %s", async (url, code, message) => {
    await expect(createFetchPicture(publicOnly)(new URL(url), never)).rejects.toMatchObject(failing(code, message));
  });

  it("checks every address of a name", async () => {
    const resolve = (): ReturnType<FetchPolicy["resolve"]> =>
      Promise.resolve([
        { address: "127.0.0.1", family: 4 },
        { address: "10.0.0.7", family: 4 },
      ]);
    await expect(fetchWith({ resolve }, "http://both.test/")).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "public"),
    );
  });

  it("connects to the address that it checked, whatever the name says a moment later", async () => {
    const port = await serve((_request, response) => response.end("checked"));
    let asked = 0;
    const resolve = (): ReturnType<FetchPolicy["resolve"]> =>
      Promise.resolve([{ address: asked++ === 0 ? "127.0.0.1" : "10.0.0.7", family: 4 }]);
    expect(Buffer.from(await fetchWith({ resolve }, `http://rebinding.test:${port}/`)).toString()).toBe("checked");
    expect(asked).toBe(1);
  });

  it("gives up on a slow host, wherever it is slow", async () => {
    const timeoutMs = 500;
    const silent = await serve(() => undefined);
    await expect(fetchWith({ timeoutMs }, `http://cats.test:${silent}/`)).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "did not send the picture within 500 ms"),
    );
    const dripping = await serve((_request, response) => void setInterval(() => response.write("."), 50).unref());
    await expect(fetchWith({ timeoutMs }, `http://cats.test:${dripping}/`)).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "500 ms"),
    );
    const resolve = (): Promise<never> => new Promise(() => undefined);
    await expect(fetchWith({ resolve, timeoutMs }, "http://slow-dns.test/")).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "500 ms"),
    );
  });

  it("stops when the client leaves", async () => {
    const port = await serve(() => undefined);
    const leaving = new AbortController();
    const fetching = fetchWith({}, `http://cats.test:${port}/`, leaving.signal);
    leaving.abort();
    await expect(fetching).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("cuts a big body, announced or not", async () => {
    const announced = await serve((_request, response) =>
      response.writeHead(200, { "content-length": 5_000 }).end("x".repeat(5_000)),
    );
    await expect(fetchWith({}, `http://cats.test:${announced}/`)).rejects.toMatchObject(
      failing("IMAGE_TOO_LARGE", "1000 bytes"),
    );
    let sent = 0;
    const endless = await serve((_request, response) => {
      const timer = setInterval(() => ((sent += 100), response.write("x".repeat(100))), 1);
      response.on("close", () => clearInterval(timer));
    });
    await expect(fetchWith({}, `http://cats.test:${endless}/`)).rejects.toMatchObject(
      failing("IMAGE_TOO_LARGE", "1000 bytes"),
    );
    expect(sent).toBeLessThan(20_000);
  });

  it("says what else went wrong", async () => {
    const missing = await serve((_request, response) => response.writeHead(404).end());
    await expect(fetchWith({}, `http://cats.test:${missing}/`)).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "status 404"),
    );
    const zipped = await serve((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end());
    await expect(fetchWith({}, `http://cats.test:${zipped}/`)).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "compressed"),
    );
    await expect(fetchWith({}, "http://cats.test:1/")).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "ECONNREFUSED"),
    );
    await expect(fetchWith({}, "http://nobody.test/")).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "has no address"),
    );
    const resolve = (): Promise<never> => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" }));
    await expect(fetchWith({ resolve }, "http://nobody.test/")).rejects.toMatchObject(
      failing("IMAGE_UNREACHABLE", "ENOTFOUND"),
    );
  });
});
