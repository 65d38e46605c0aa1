import type { TestContext } from "node:test";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { HANG_MS } from "./limits.ts";

/** A page of a real browser, and what it complained about so far: errors of scripts, refused or missing content. */
export type WatchedPage = { readonly page: Page; readonly complaints: readonly string[] };

/** Opens a page; its browser ends with the test. */
export async function openPage(t: TestContext, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium" });
  t.after(() => browser.close());
  const page = await (
    await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  ).newPage();
  page.setDefaultTimeout(HANG_MS);
  const complaints: string[] = [];
  page.on("console", (message) => {
    // A stream of events that ends with its page says so in these words.
    if (message.type() === "error" && message.text() !== "[object Event]") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, complaints };
}
