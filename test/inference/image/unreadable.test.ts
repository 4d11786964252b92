import { expect, it } from "vitest";
import { unreadable } from "../../../inference/image/unreadable.ts";

it.each([
  "glib: Error creating thread: Resource temporarily unavailable",
  "vipspng: libpng read error\nvips_tracked: out of memory --- size == 48MB",
  "std::bad_alloc",
])("a picture is not at fault where the machine lacks something: %s", (message) => {
  const cause = new Error(message);
  expect(unreadable("png", cause)).toMatchObject({ code: "OVERLOADED", retryAfterMs: 1_000, cause });
});

it.each([
  ["pngload_buffer: header:\nvipspng: libpng read error", "damaged or cut off \\(vipspng: libpng read error\\)"],
  ["timeout: 42% complete", "takes too long to decode"],
])("and is where its decoder says so: %j", (message, said) => {
  const error = unreadable("png", new Error(message));
  expect(error.code).toBe("IMAGE_UNREADABLE");
  expect(error.message).toMatch(new RegExp(said));
});
