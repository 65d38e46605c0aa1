import {
  LEFT_ALONE,
  type LeftAlone,
  type ListedWorkorder,
  type RerequestFindings,
  type RerequestPlan,
  type RerequestProgress,
  type RerequestResult,
} from "../../../services/shared/operations/domain/rerequest-report.ts";

const count = (number: number): string => number.toLocaleString("en");
const time = (ms: number): string => new Date(ms).toISOString();

const WHY: Readonly<Record<LeftAlone, string>> = {
  "in-ledger": "the ledger has its order",
  written: "Simon has it as written, and the ledger does not know it: look at it in Unit4",
  refused: "was refused: a person sends it (retry)",
  skipped: "was skipped, and rightly so",
  "no-order-now": "asks for no order as it is mapped now: a person sends it (retry)",
  emptied: "its tenant's workorders were emptied since",
  undecided: "is not decided yet: that is live work's own to do",
};

/** A plan in words, one thing a line. */
export const rerequestPlanText = ({ topic, records, found, notHeld }: RerequestPlan): string =>
  [
    `reads    ${count(records)} records at most of ${topic}`,
    ...(notHeld === null ? [] : [`lacks    what was archived before ${time(notHeld.beforeMs)}`]),
    `requests ${count(found.requested)} orders, each after Unit4 was asked for it`,
    ...leftLines(found),
    ...found.listed.map(workorderLine),
  ].join("\n");

const leftLines = ({ left, poison }: RerequestFindings): readonly string[] => [
  ...LEFT_ALONE.filter((why) => left[why] > 0).map((why) => `leaves   ${count(left[why])}: ${WHY[why]}`),
  ...(poison === 0 ? [] : [`           ${count(poison)} records cannot be read`]),
];

const workorderLine = ({ tenantId, workorderId, number, archivedAt, why, detail }: ListedWorkorder): string =>
  `           ${tenantId}/${workorderId} ${number}, archived ${time(archivedAt)}: ${why ?? "requested"}${detail === "" ? "" : ` (${detail})`}`;

/** Progress on one line. */
export const rerequestProgressText = ({ phase, passed, ofRecords, found }: RerequestProgress): string =>
  phase === "verdict"
    ? `${count(found.requested)} orders requested; it is seen whether the ledger has them`
    : `${count(passed)} of ${count(ofRecords)} records  ${count(found.requested)} orders requested`;

/** What it came to. */
export const rerequestResultText = ({ found, missing }: RerequestResult): string =>
  [
    `wrote    ${count(found.requested)} requests`,
    ...leftLines(found),
    missing === 0
      ? "verdict  every archived workorder of the range is in the ledger, or has a reason not to be"
      : `verdict  ${count(missing)} orders are not in the ledger yet: does an order-writer run? Ask again later; what it has by then is left alone`,
  ].join("\n");
