import type { AdministrationOptions } from "../administration/administration.ts";
import type { FaultRuleInput } from "./fault-rule.ts";

/** A fault that a person can pick: its name and what will be seen, in Dutch, and the rules that make it. */
export type DemoFault = Readonly<{
  id: string;
  name: string;
  effect: string;
  rules: (administration: Administration) => readonly Omit<FaultRuleInput, "id">[];
}>;

type Administration = Pick<AdministrationOptions, "database" | "portalUser">;

/** The faults of the page, from the most to the least likely. */
export const DEMO_FAULTS: readonly DemoFault[] = [
  {
    id: "fouten",
    name: "Multivers geeft fouten (500)",
    effect: "Elke vraag mislukt. Zodra de storing voorbij is, moet alles vanzelf bijkomen.",
    rules: ({ database }) => [{ match: { database }, effect: SERVER_ERROR }],
  },
  {
    id: "antwoord-kwijt",
    name: "Order opgeslagen, antwoord kwijt",
    effect:
      "Elke order staat in Multivers, maar de verbinding breekt voor het antwoord. Er mag er geen dubbel komen.",
    rules: ({ database }) => [
      { match: { database, method: "POST", operation: "Order" }, commit: true, effect: { kind: "reset" } },
    ],
  },
  {
    id: "order-later",
    name: "Order pas na 45 seconden opgeslagen",
    effect: "De verbinding breekt en de order komt pas later in Multivers. Er mag er geen dubbel komen.",
    rules: ({ database }) => [
      {
        match: { database, method: "POST", operation: "Order" },
        effect: { kind: "late-commit", commitAfterMs: 45_000, answer: { kind: "reset" } },
      },
    ],
  },
  {
    id: "te-druk",
    name: "Te veel vragen (429, een minuut wachten)",
    effect: "Deze administratie wordt een minuut met rust gelaten, de andere merken er niets van.",
    rules: ({ database }) => [{ match: { database }, effect: { kind: "rate-limited", retryAfter: "60" } }],
  },
  {
    id: "traag",
    name: "Traag: elk antwoord 10 seconden later",
    effect: "Deze administratie loopt achter, de andere merken er niets van.",
    rules: ({ database }) => [{ match: { database }, effect: { kind: "pass", delayMs: 10_000 } }],
  },
  {
    id: "hangt",
    name: "Multivers reageert niet",
    effect: "Geen enkel antwoord; na vijf minuten breekt de verbinding.",
    rules: ({ database }) => [{ match: { database }, effect: { kind: "hang", ms: 300_000 } }],
  },
  {
    id: "onderhoud",
    name: "Onderhoudspagina in plaats van gegevens",
    effect: "Status 200 met een webpagina. Er mag niets verwijderd worden in Simon.",
    rules: ({ database }) => [{ match: { database }, effect: { kind: "html" } }],
  },
  {
    id: "lege-lijsten",
    name: "Debiteuren en artikelen lijken verdwenen",
    effect: "De lijsten zijn ineens leeg. Er mag niet alles tegelijk verwijderd worden in Simon.",
    rules: ({ database }) =>
      ["CustomerInfoList", "ProductInfoList"].map((operation) => ({
        match: { database, operation },
        effect: { kind: "answer", status: 200, body: [] },
      })),
  },
  {
    id: "half-antwoord",
    name: "Antwoorden breken halverwege af",
    effect: "Van elk antwoord komen maar 200 tekens aan.",
    rules: ({ database }) => [
      { match: { database, method: "GET" }, effect: { kind: "cut-body", bytes: 200 } },
      { match: { database, method: "POST" }, commit: true, effect: { kind: "cut-body", bytes: 200 } },
    ],
  },
  {
    id: "inloggen-stuk",
    name: "Inlogserver buiten werking",
    effect: "Bestaande toegang werkt tot die verloopt; nieuwe is er niet te krijgen.",
    rules: ({ portalUser }) => [
      { match: { operation: "OAuth/Token", owner: portalUser }, effect: SERVER_ERROR },
    ],
  },
  {
    id: "toegang-ingetrokken",
    name: "Toegang ingetrokken",
    effect: "Iemand moet de koppeling opnieuw leggen.",
    rules: ({ database, portalUser }) => [
      { match: { database }, effect: { kind: "unauthorized" } },
      {
        match: { operation: "OAuth/Token", owner: portalUser },
        effect: { kind: "answer", status: 400, body: { error: "invalid_grant" } },
      },
    ],
  },
];

const SERVER_ERROR = { kind: "answer", status: 500, body: { Message: "An error has occurred." } } as const;

/** The rules of a fault for an administration; their ids tell later that it is on. */
export function demoRules(fault: DemoFault, administration: Administration): readonly FaultRuleInput[] {
  return fault
    .rules(administration)
    .map((rule, i) => ({ ...rule, id: `${demoPrefix(administration.database)}${fault.id}/${i}` }));
}

/** The fault that the id of a rule belongs to, if a person set it for this administration. */
export function demoFaultOf(ruleId: string, database: string): DemoFault | undefined {
  if (!isDemoRule(ruleId, database)) return undefined;
  const id = ruleId.slice(demoPrefix(database).length).split("/")[0];
  return DEMO_FAULTS.find((fault) => fault.id === id);
}

/** Whether a person set this rule for this administration. */
export function isDemoRule(ruleId: string, database: string): boolean {
  return ruleId.startsWith(demoPrefix(database));
}

function demoPrefix(database: string): string {
  return `storing/${database}/`;
}
