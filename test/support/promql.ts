import { parser } from "@prometheus-io/lezer-promql";
import type { Declared } from "./all-metrics.ts";

/** What a query reads: a series by name, and what is asked of its labels. */
type Selector = {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly op: string; readonly value: string }[];
};

type Query = {
  readonly selectors: readonly Selector[];
  /** Labels that are grouped by or matched on. */
  readonly grouped: readonly string[];
  /** Whether it is PromQL. */
  readonly isSound: boolean;
};

type Node = ReturnType<typeof parser.parse>["topNode"];

/** Reads a query of Prometheus 3's language by its own grammar. */
function readQuery(text: string): Query {
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  let isSound = true;
  const textOf = (node: Node | null): string => (node === null ? "" : text.slice(node.from, node.to));
  const selectorAt = (node: Node): Selector => ({
    metric: textOf(node.getChild("Identifier")),
    matchers: (node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []).map((matcher) => ({
      label: textOf(matcher.getChild("LabelName")),
      op: textOf(matcher.getChild("MatchOp")),
      value: textOf(matcher.getChild("StringLiteral")).slice(1, -1),
    })),
  });
  parser.parse(text).iterate({
    enter: ({ type, node }) => {
      if (type.isError) isSound = false;
      if (type.name === "VectorSelector") selectors.push(selectorAt(node));
      if (type.name === "GroupingLabels")
        grouped.push(...node.getChildren("LabelName").map((label) => textOf(label)));
    },
  });
  return { selectors, grouped, isSound };
}

/** What a query names that is not there: series, labels, values of labels. Empty when all is well. */
export function faultsOf(text: string, declared: ReadonlyMap<string, Declared>): readonly string[] {
  const { selectors, grouped, isSound } = readQuery(text);
  if (!isSound) return ["is no PromQL"];
  const known = new Set(selectors.flatMap(({ metric }) => [...(declared.get(metric)?.labels.keys() ?? [])]));
  return [
    ...selectors.flatMap((selector) => faultsOfSelector(selector, declared)),
    ...grouped.filter((label) => !known.has(label)).map((label) => `groups by ${label}, which nothing has`),
  ];
}

function faultsOfSelector(
  { metric, matchers }: Selector,
  declared: ReadonlyMap<string, Declared>,
): readonly string[] {
  const series = declared.get(metric);
  if (series === undefined) return [`${metric} is no metric`];
  return matchers.flatMap(({ label, op, value }) => {
    const values = series.labels.get(label);
    if (values === undefined) return [`${metric} has no label ${label}`];
    // A variable of a board stands for values that are there.
    if (values === null || value.startsWith("$")) return [];
    const wanted = op === "=" || op === "!=" ? [value] : value.split("|");
    return wanted
      .filter((one) => ![...values].some((there) => new RegExp(`^(?:${one})$`).test(there)))
      .map((one) => `${metric}: ${label} is never ${one}`);
  });
}
