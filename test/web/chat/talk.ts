import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { patience } from "../support/patience.ts";

/** The chat room of a page, as a person sees it. */
export class Talk {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Question", exact: true });
  }

  get log(): Locator {
    return this.page.getByRole("log");
  }

  get turns(): Locator {
    return this.log.getByRole("article");
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  /** Whether the keyboard's next key goes there. */
  hasFocus(place: Locator): Promise<boolean> {
    return place.evaluate((element) => element === document.activeElement);
  }

  /** Begins another conversation, and asks. */
  async begin(question: string): Promise<void> {
    await this.button("New conversation").click();
    await expect.poll(() => this.turns.count(), patience).toBe(0);
    await this.ask(question);
  }

  async ask(question: string): Promise<void> {
    await this.composer.fill(question);
    await this.composer.press("Enter");
  }

  /** What the last answer says. */
  async text(): Promise<string> {
    const last = this.turns.last().locator(".markdown");
    return (await last.count()) === 0 ? "" : (await last.innerText()).trim();
  }

  async says(text: string): Promise<void> {
    await expect.poll(() => this.text(), patience).toBe(text);
  }

  /** The last answer is whole. */
  async isWhole(): Promise<void> {
    await this.turns.last().locator(".answer-figures").waitFor(patience);
  }
}
