import type {
  ReconciledList,
  ReconcileProgress,
  ReconcileResult,
} from "../../../services/shared/operations/domain/reconcile-report.ts";

const count = (number: number): string => number.toLocaleString("en");
const LISTS = { customer: "customers", article: "articles" } as const;

/** Progress on one line. */
export const reconcileProgressText = ({ lists, looks }: ReconcileProgress): string =>
  `${count(lists.length)} lists compared  ${count(lists.filter(differs).length)} differ  look ${count(looks)}`;

/** What it came to, and what helps. */
export const reconcileResultText = ({ lists, isEqual, without }: ReconcileResult): string =>
  [
    isEqual ? "verdict  equal: Simon's rows stand as Unit4's last complete lists" : "verdict  not equal",
    ...lists.flatMap(listLines),
    ...without.map((tenantId) => `           ${tenantId}: no complete list to compare with`),
    ...repairLines(lists),
  ].join("\n");

const differs = ({ missing, extra }: ReconciledList): boolean => missing + extra > 0;

function listLines(list: ReconciledList): readonly string[] {
  const { tenantId, entity, listedAt, listed, standing, listedChecksum, standingChecksum } = list;
  return [
    `           ${tenantId} ${LISTS[entity]}: ${count(listed)} in Unit4's list of ${listedAt} (${listedChecksum}), ${count(standing)} in Simon (${standingChecksum})`,
    ...idsLine("Simon lacks", list.missing, list.missingIds),
    ...idsLine("Unit4's list lacks", list.extra, list.extraIds),
  ];
}

const idsLine = (what: string, number: number, ids: readonly string[]): readonly string[] =>
  number === 0
    ? []
    : [`             ${what} ${count(number)}: ${ids.join(", ")}${ids.length < number ? ", …" : ""}`];

/** Asks Unit4 for nothing where a topic has what is missing, which a replay shows beforehand. */
function repairLines(lists: readonly ReconciledList[]): readonly string[] {
  return lists
    .filter(differs)
    .flatMap(({ tenantId, entity, missing, extra }) => [
      ...(missing > 0
        ? [
            `next     npm run ops -- replay --entity ${LISTS[entity]} --tenant ${tenantId} --reason "rows are missing"`,
          ]
        : []),
      `${missing > 0 ? "else    " : "next    "} npm run ops -- resync --entity ${LISTS[entity]} --tenant ${tenantId} --full --reason "${extra > 0 ? "rows are left" : "rows are missing"}"`,
    ]);
}
