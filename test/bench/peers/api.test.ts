import { afterAll, describe, expect, it } from "vitest";
import { inline, measureCaptions, uploaded } from "../../../bench/peers/api/captions.ts";
import { captionText, captionTokens, timing } from "../../../bench/peers/api/constants.ts";
import { measureEvents } from "../../../bench/peers/api/events.ts";
import { withServers } from "../../../bench/peers/api/servers.ts";
import { query } from "../../../bench/graphql.ts";
import { makePictures } from "../../../bench/pictures.ts";

describe("servers whose answers cost nothing", () => {
  const stop = new AbortController();
  afterAll(() => stop.abort());

  it("answer alike, and count what they compute", async () => {
    const [picture] = await makePictures(1, 1);
    await withServers(stop.signal, async (contenders) => {
      expect(contenders).toHaveLength(3);
      for (const contender of contenders) {
        const base64 = Buffer.from(picture!.bytes).toString("base64");
        const document = `query ($base64: Base64!) { caption(image: { base64: $base64 }) {
          text tokens finishReason timing { encodeMs imageCacheHit } } }`;
        const { encodeMs, imageCacheHit } = timing;
        expect(await query(contender.graph, document, { base64 })).toEqual({
          caption: {
            ...{ text: captionText, tokens: captionTokens, finishReason: "LENGTH" },
            timing: { encodeMs, imageCacheHit },
          },
        });
        for (const request of [inline(picture!), await uploaded(picture!)]) {
          const rates = await measureCaptions(contender, request, { clients: 2, requests: 4 });
          expect(rates.requestsPerSecond).toBeGreaterThan(0);
          expect(rates.p99Ms).toBeGreaterThanOrEqual(rates.p50Ms);
        }
        for (const transport of ["WebSocket", "SSE"] as const) {
          const { eventsPerSecond } = await measureEvents(contender, { transport, clients: 2, chats: 1 });
          expect(eventsPerSecond).toBeGreaterThan(0);
        }
      }
    });
  });
});
