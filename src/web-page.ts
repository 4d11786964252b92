import { readdir, readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

/** The files of the page, which need nothing but this server. */
export interface WebPage {
  /** Sends what is at the path; whether anything is. */
  send(path: string, request: IncomingMessage, response: ServerResponse): "sent" | "unknown";
}

/** What the page may load and do: nothing but its own files, and this server. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Rooms have addresses of their own, but one document. */
const rooms = ["/", "/chat", "/search"];

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
/** What is not compressed already. */
const compressible = new Set([".html", ".js", ".css", ".svg"]);

interface File {
  readonly extension: string;
  readonly bytes: Buffer;
  /** By brotli; absent where that is no smaller, or not worth it. */
  readonly compressed: Buffer | undefined;
}

/** Reads the built page into memory, all of it, compressed once; undefined where there is none. */
export async function readWebPage(folder: string): Promise<WebPage | undefined> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (paths.length === 0) return undefined;
  const files = await Promise.all(
    paths.map(async (path) => [urlOf(folder, path), await readCompressed(path)] as const),
  );
  return webPage(new Map(files));
}

function urlOf(folder: string, path: string): string {
  return `/${relative(folder, path).split(sep).join("/")}`;
}

async function readCompressed(path: string): Promise<File> {
  const [bytes, extension] = [await readFile(path), extname(path)];
  if (!compressible.has(extension)) return { extension, bytes, compressed: undefined };
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  const compressed = await promisify(brotliCompress)(bytes, { params });
  return { extension, bytes, compressed: compressed.length < bytes.length ? compressed : undefined };
}

function webPage(files: ReadonlyMap<string, File>): WebPage {
  return {
    send(path, request, response) {
      const file = files.get(rooms.includes(path) ? "/index.html" : path);
      if (file === undefined || path === "/index.html") return "unknown";
      sendFile(file, request, response);
      return "sent";
    },
  };
}

function sendFile({ extension, bytes, compressed }: File, request: IncomingMessage, response: ServerResponse): void {
  const isPage = extension === ".html";
  const takes = (request.headers["accept-encoding"] ?? "").includes("br");
  const body = takes && compressed !== undefined ? compressed : bytes;
  response.setHeader("content-type", contentTypes[extension] ?? "application/octet-stream");
  response.setHeader("content-length", body.length);
  if (body === compressed) response.setHeader("content-encoding", "br");
  if (compressed !== undefined) response.setHeader("vary", "accept-encoding");
  // The document names the other files, whose names say what is in them.
  response.setHeader("cache-control", isPage ? "no-cache" : "public, max-age=31536000, immutable");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("permissions-policy", "camera=(self), microphone=(), geolocation=()");
  if (isPage) response.setHeader("content-security-policy", contentSecurityPolicy);
  response.end(request.method === "HEAD" ? undefined : body);
}
