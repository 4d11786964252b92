import type { Setting } from "./settings.ts";

/** The settings of how much one may ask for, and how long it may take. */
export const limitSettings = {
  timeout: {
    flag: "timeout",
    env: "REQUEST_TIMEOUT_MS",
    value: "ms",
    fallback: "60000",
    text: "the longest a request may take",
  },
  passTimeout: {
    flag: "pass-timeout",
    env: "PASS_TIMEOUT_MS",
    value: "ms",
    fallback: "120000",
    text: "how long one pass may take before it counts as hung and the worker is replaced; five times that on a GPU",
  },
  imageBytes: {
    flag: "max-image-bytes",
    env: "MAX_IMAGE_BYTES",
    value: "size",
    fallback: "20971520",
    text: "the largest picture file",
  },
  bodyBytes: {
    flag: "max-body-bytes",
    env: "MAX_BODY_BYTES",
    value: "size",
    fallback: "67108864",
    text: "the largest request",
  },
  documentMs: {
    flag: "max-document-ms",
    env: "MAX_DOCUMENT_MS",
    value: "ms",
    fallback: "0",
    text: "time of the device that one document may take, as its models are measured; 0 sets no limit",
  },
  clientMs: {
    flag: "max-client-ms-per-minute",
    env: "MAX_CLIENT_MS_PER_MINUTE",
    value: "ms",
    fallback: "0",
    text: "time of the device that one client may take in a minute, or save up; 0 sets no limit",
  },
  chatGrace: {
    flag: "chat-grace",
    env: "CHAT_GRACE_MS",
    value: "ms",
    fallback: "10000",
    text: "how long a chat runs on when nobody listens any more",
  },
  chatRetention: {
    flag: "chat-retention",
    env: "CHAT_RETENTION_MS",
    value: "ms",
    fallback: "600000",
    text: "how long a chat can be read after its end",
  },
  chatTimeout: {
    flag: "chat-timeout",
    env: "CHAT_TIMEOUT_MS",
    value: "ms",
    fallback: "300000",
    text: "the longest a chat may take",
  },
} as const satisfies Record<string, Setting>;
