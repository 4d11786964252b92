import type { Page, Response } from "playwright-core";
import { expect, vi } from "vitest";

/** The example tabs, in order, by the names of their operations, where every task has its model. */
export const tabTitles = [
  "Caption",
  "Ask",
  "CompareStream",
  "Chat",
  "Choose",
  "Match",
  "SearchByText",
  "SearchByImage",
  "RankTexts",
  "Upload",
  "Gallery",
  "Models",
  "Scheduler",
];

/** Those of them whose answers come in one piece. */
export const wholeTitles = tabTitles.filter((title) => title !== "CompareStream" && title !== "Chat");

/** Clicks as a visitor would; what the server sends must be that tab's, without errors, and the page must show it. */
export async function runTab(page: Page, title: string): Promise<Readonly<Record<string, unknown>>> {
  await openTab(page, title);
  const response = await vi.waitFor(() => execute(page), { timeout: 60_000 });
  expect(response.request().postData()).toContain(`query ${title}`);
  const answer = (await response.json()) as { readonly data: Readonly<Record<string, unknown>> };
  expect(answer, title).toEqual({ data: expect.anything() as unknown });
  await page.locator(".result-window").getByText('"data"').waitFor();
  return answer.data;
}

/** Clicks as a visitor would, and leaves it to the caller to watch what comes. */
export async function startTab(page: Page, title: string): Promise<void> {
  await openTab(page, title);
  await page.waitForTimeout(300);
  await page.locator(executeButton).click();
}

/** What the page shows as the answer; its editor shows spaces as hard ones. */
export async function shownIn(page: Page): Promise<string> {
  return (await page.locator(".result-window").innerText()).replaceAll("\u00a0", " ");
}

async function openTab(page: Page, title: string): Promise<void> {
  await page.locator(`.graphiql-tab-button[title="${title}"]`).click();
  await page.locator(".graphiql-tab-active", { hasText: title }).waitFor();
}

const executeButton = 'button.graphiql-execute-button[aria-label^="Execute"]';

/** GraphiQL needs a moment, no longer than a visitor does, to read a tab that was just opened; else its button fails. */
async function execute(page: Page): Promise<Response> {
  const button = page.locator(executeButton);
  await page.waitForTimeout(300);
  const [response] = await Promise.all([page.waitForResponse(isAnswer, { timeout: 5_000 }), button.click()]);
  return response;
}

function isAnswer(response: Response): boolean {
  const body = response.request().postData();
  return response.request().method() === "POST" && body?.includes("IntrospectionQuery") === false;
}
