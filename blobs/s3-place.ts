import { BlobError } from "./blob-store.ts";

/** Where blobs are kept by the S3 API, and as whom. */
export interface S3Place {
  /** Of every object of the place: scheme, host, and path up to and with the last slash. */
  readonly base: string;
  readonly region: string;
  readonly credentials: S3Credentials;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Reads `s3://bucket/prefix?endpoint=https://host:9000&region=eu-west-1&style=path`, of which only the bucket must be
 * there. What is absent is what AWS's own variables say: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION,
 * AWS_DEFAULT_REGION. Credentials come from variables only. An endpoint that is given is addressed by paths
 * (`host/bucket/…`), AWS by hosts (`bucket.host/…`), unless `style` (path, host) says otherwise.
 */
export function s3PlaceOf(place: string, env: NodeJS.ProcessEnv): S3Place {
  if (!URL.canParse(place)) throw wrong("it must be a URL such as s3://bucket/prefix?endpoint=https://host:9000");
  const { protocol, hostname: bucket, pathname, searchParams: options, username, password } = new URL(place);
  if (protocol !== "s3:" || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw wrong("it names no bucket");
  if (username !== "" || password !== "") throw wrong("credentials belong into the environment");
  refuseUnknown(options);
  const region = options.get("region") ?? given(env.AWS_REGION) ?? given(env.AWS_DEFAULT_REGION) ?? "us-east-1";
  const endpoint = options.get("endpoint") ?? given(env.AWS_ENDPOINT_URL_S3) ?? given(env.AWS_ENDPOINT_URL);
  const origin = originOf(endpoint ?? `https://s3.${region}.amazonaws.com`);
  const style = styleOf(options.get("style") ?? (endpoint === undefined ? "host" : "path"));
  return { base: `${addressOf(bucket, origin, style)}${prefixOf(pathname)}`, region, credentials: credentialsOf(env) };
}

type Style = "path" | "host";

function addressOf(bucket: string, origin: URL, style: Style): string {
  if (style === "host") return `${origin.protocol}//${bucket}.${origin.host}/`;
  return `${origin.origin}/${bucket}/`;
}

/** Of plain characters, which are signed as they are written. */
function prefixOf(pathname: string): string {
  const parts = pathname.split("/").filter((part) => part !== "");
  if (parts.some((part) => !/^[\w.-]+$/.test(part))) throw wrong("its prefix may have letters, digits, _, . and -");
  return parts.map((part) => `${part}/`).join("");
}

function originOf(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.username === "";
  if (isOrigin) return url;
  throw wrong("its endpoint must be a scheme and a host, such as https://host:9000");
}

function styleOf(text: string): Style {
  if (text === "path" || text === "host") return text;
  throw wrong('its style must be "path" or "host"');
}

function refuseUnknown(options: URLSearchParams): void {
  const unknown = [...options.keys()].find((name) => !["endpoint", "region", "style"].includes(name));
  if (unknown !== undefined)
    throw wrong(`it has an option ${JSON.stringify(unknown)}: endpoint, region, style are known`);
}

function credentialsOf(env: NodeJS.ProcessEnv): S3Credentials {
  const [accessKeyId, secretAccessKey] = [given(env.AWS_ACCESS_KEY_ID), given(env.AWS_SECRET_ACCESS_KEY)];
  const sessionToken = given(env.AWS_SESSION_TOKEN);
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw wrong("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set in the environment");
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function given(variable: string | undefined): string | undefined {
  return variable === "" ? undefined : variable;
}

function wrong(reason: string): BlobError {
  return new BlobError("refused", `the place of blobs on S3 cannot be used: ${reason}`);
}
