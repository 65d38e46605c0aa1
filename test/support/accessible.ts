import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const AXE = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/**
 * What keeps people from using a page: serious and critical findings of axe, and content wider than the screen.
 * @param page of a context with `bypassCSP`, since axe is put into the page
 */
export async function obstaclesOn(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: AXE });
  const findings = (await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ impact, id, nodes }) => ({ impact, id, html: nodes[0].html })))",
  )) as readonly { readonly impact: string; readonly id: string; readonly html: string }[];
  const tooWide = (await page.evaluate(
    "document.documentElement.scrollWidth > document.documentElement.clientWidth",
  )) as boolean;
  return [
    ...findings
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, html }) => `${id}: ${html}`),
    ...(tooWide ? ["wider than the screen"] : []),
  ];
}
