import assert from "node:assert/strict";
import { test } from "node:test";
import { actName, actText, KNOWN_ACTS } from "../../../../services/console/audit/texts.ts";
import { sourceFiles } from "../../../support/source-files.ts";

test("every act that the console notes has a text in both languages, and no text is without an act", () => {
  const noted = sourceFiles("services")
    .filter(({ path }) => path.startsWith("services/console/") && !path.startsWith("services/console/ui/"))
    .flatMap(({ text }) => text.split("\n").filter((line) => /\bact\b\s*[:=]/.test(line)))
    .flatMap((line) => [...line.matchAll(/"([A-Z][A-Z_]{3,})"/g)].map(([, act]) => act ?? ""));
  assert.ok(noted.length > 10);
  assert.deepEqual([...new Set(noted)].sort(), KNOWN_ACTS);
  for (const act of KNOWN_ACTS) {
    assert.notEqual(actName(act, "nl"), act);
    assert.notEqual(actName(act, "en"), act);
  }
});

const TOLD: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ["KEY_MADE", { name: "ERP" }, "Sleutel gemaakt: ERP"],
  ["KEY_MADE", {}, "Sleutel gemaakt"],
  ["KEY_MADE", { name: { nested: 1 } }, "Sleutel gemaakt"],
  ["SIMON_EMPTIED", { parts: ["customers", "nieuw"] }, "Gegevens in Simple-Simon gewist: klanten, nieuw"],
  [
    "WORKORDERS_SENT_AGAIN",
    { workorders: ["1", "2", "3", "4", "5", "6", "7"] },
    "Werkbonnen opnieuw verstuurd: 1, 2, 3, 4, 5 + 2",
  ],
  [
    "USER_INVITED",
    { user: "a@b.example", role: "operator" },
    "Gebruiker uitgenodigd: a@b.example (beheerder)",
  ],
  ["NEVER_HEARD_OF", { name: "x" }, "NEVER_HEARD_OF"],
  ["constructor", {}, "constructor"],
];
for (const [act, details, text] of TOLD)
  test(`${act} with ${JSON.stringify(details)} is told as “${text}”`, () => {
    assert.equal(actText(act, details, "nl"), text);
  });
