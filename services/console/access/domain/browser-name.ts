/** From the most particular to the most general: nearly every browser calls itself Safari too. */
const BROWSERS = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ["Safari", /\bSafari\//],
] as const;
const SYSTEMS = [
  ["Android", /\bAndroid\b/],
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b/],
] as const;

/** Browser and system in words that a person recognises, such as "Firefox, Windows"; empty where nothing is known. */
export function browserName(userAgent: string): string {
  const found = [BROWSERS, SYSTEMS].map((names) => names.find(([, mark]) => mark.test(userAgent))?.[0]);
  return found.filter((name) => name !== undefined).join(", ");
}
