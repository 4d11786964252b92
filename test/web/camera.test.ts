import { describe, expect, it } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { patience } from "./support/patience.ts";
import { openRoom } from "./support/room.ts";
import { startTalkingServer } from "./support/talking-server.ts";

/** A camera that shows a moving test picture. */
const fakeCamera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

describe("the camera", () => {
  it("shows what it sees, and what it took is compared as a JPEG", async ({ skip }) => {
    await using room = await openRoom("/", startTalkingServer, fakeCamera);
    if (!room) return skip("no browser runs here");
    const { page, problems, server } = room;
    await page.getByRole("button", { name: "Camera" }).click();
    const dialog = page.getByRole("dialog", { name: "Camera" });
    await dialog.locator("video").waitFor(patience);
    await expectAccessible(page);
    const take = dialog.getByRole("button", { name: "Take the picture" });
    await expect.poll(() => take.isEnabled(), patience).toBe(true);
    await page.waitForTimeout(500);
    await take.click();
    await expect.poll(() => server.inference.tasks.length, patience).toBe(3);
    const [task] = server.inference.tasks;
    const { bytes } = (task as { image: { bytes: Uint8Array } }).image;
    expect([...bytes.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    expect(bytes.length).toBeGreaterThan(2_000);
    expect(await dialog.count()).toBe(0);
    expect(await page.locator(".picture-frame img").getAttribute("alt")).toBe("camera.jpg");
    expect(problems).toEqual([]);
  }, 60_000);

  it("says so where there is none, and is left by Escape", async ({ skip }) => {
    await using room = await openRoom("/", startTalkingServer);
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByRole("button", { name: "Camera" }).click();
    await page.getByText("There is no camera").waitFor(patience);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count(), patience).toBe(0);
  }, 60_000);
});
