import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Xorshift } from "../../../bench/random.ts";
import { Router } from "../../../bench/simulation/router.ts";

function routerOf(devices: readonly string[], seed = 1): Router<string> {
  const random = new Xorshift(seed);
  const router = new Router<string>({ fraction: () => random.fraction(), maxPictures: 100 });
  for (const device of devices) router.join(device);
  return router;
}

describe("the router", () => {
  it("sends a picture where its features are", () => {
    const router = routerOf(["a", "b", "c", "d"]);
    const first = router.route({ picture: "cat", ms: 10, pictureMs: 8 });
    router.ended(first);
    for (let i = 0; i < 20; i++) {
      const again = router.route({ picture: "cat", ms: 10, pictureMs: 8 });
      expect(again).toEqual({ device: first.device, ms: 2 });
      router.ended(again);
    }
  });

  it("sends it elsewhere once that device is further behind than encoding takes", () => {
    const router = routerOf(["a", "b"]);
    const { device } = router.route({ picture: "cat", ms: 10, pictureMs: 8 });
    const others = Array.from({ length: 20 }, () => router.route({ picture: "cat", ms: 10, pictureMs: 8 }));
    expect(others.some((route) => route.device !== device)).toBe(true);
  });

  it("keeps devices about as far as each other", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 64 }), (seed, count) => {
        const router = routerOf(
          Array.from({ length: count }, (_, i) => String(i)),
          seed,
        );
        const work = new Map<string, number>();
        for (let i = 0; i < 40 * count; i++) {
          const { device, ms } = router.route({ picture: String(i), ms: 1, pictureMs: 0 });
          work.set(device, (work.get(device) ?? 0) + ms);
        }
        // Of two choices the lesser: the fullest is ahead of the mean by log log of their number, not by its root.
        expect(Math.max(...work.values())).toBeLessThanOrEqual(40 + 8);
      }),
    );
  });

  it("sends nothing to one that has left, and takes note of what it had", () => {
    const router = routerOf(["a", "b"]);
    const routes = Array.from({ length: 10 }, (_, i) => router.route({ picture: String(i), ms: 1, pictureMs: 0 }));
    router.leave("a");
    for (const route of routes) router.ended(route);
    for (let i = 0; i < 10; i++) {
      expect(router.route({ picture: String(i), ms: 1, pictureMs: 0 }).device).toBe("b");
    }
  });
});
