/** What is answered, whoever answers. */
export const captionText = "two cats sleep on a red couch in a small room";
/** Of a caption, and events of a chat beside its first two and its last. */
export const captionTokens = 11;
export const chatTokens = 256;
export const promptTokens = 600;
/** Of each token of a chat. */
export const word = "word ";

export const timing = {
  totalMs: 0,
  queueMs: 0,
  preprocessMs: 0,
  encodeMs: 0,
  decodeMs: 0,
  encodeBatch: 1,
  decodeBatch: 1,
  imageCacheHit: true,
} as const;
