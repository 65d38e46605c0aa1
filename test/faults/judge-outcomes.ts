import type { CommitEntry } from "../../infra/sandbox/multivers/audit/audit-entry.ts";
import type { OrderRequested } from "../../schemas/records.ts";
import type { Evidence, LedgerRow, StoredContent } from "./evidence.ts";

/** What became of the orders. */
export type Outcomes = {
  readonly written: number;
  readonly refused: number;
  /** Orders in Unit4 beyond the first of each workorder. */
  readonly duplicates: number;
  /** Workorders that are neither in Unit4 nor refused for a reason that is told. */
  readonly lost: number;
  readonly unknownLeft: number;
  readonly violations: readonly string[];
};

/**
 * Judges I1 (at most one order each), I2 (none lost, each end told, and shown in Simon) and I3 (what was asked for is what
 * is stored): Unit4, the ledger, Simon and the messages agree.
 */
export function judgeOutcomes(evidence: Evidence): Outcomes {
  const rows = new Map(evidence.ledger.map((row) => [keyOf(row), row]));
  const commits = commitsByWorkorder(evidence);
  const told = new Set(
    evidence.settled.map((one) => `${keyOf(one)} ${one.outcome} ${one.orderId ?? ""} ${one.code}`),
  );
  const said = new Set(evidence.messages.map((one) => `${one.tenantId}/${one.recordId} ${one.code}`));
  const violations: string[] = [];
  let duplicates = 0;
  let lost = 0;
  for (const request of evidence.requested) {
    const key = keyOf(request);
    const own = commits.get(key) ?? [];
    if (own.length > 1) {
      duplicates += own.length - 1;
      violations.push(`I1: ${key} stands in Unit4 as ${own.map(({ orderId }) => orderId).join(", ")}`);
    }
    const row = rows.get(key);
    const faults = row === undefined ? ["is not in the ledger"] : endFaults(row, own);
    if (faults.length > 0) lost += 1;
    else if (row !== undefined)
      violations.push(...tellingFaults(row, told, said), ...showingFaults(row, evidence.shown));
    violations.push(...faults.map((fault) => `I2: ${key} ${fault}`));
    violations.push(...contentFaults(evidence, request, own), ...olderFaults(evidence, row, own));
  }
  for (const { database, orderId } of commits.get(NOBODY) ?? [])
    violations.push(`I1: ${database} has order ${orderId}, which nobody asked for`);
  const count = (...states: readonly string[]) =>
    evidence.ledger.filter(({ state }) => states.includes(state)).length;
  return {
    written: count("written"),
    refused: count("refused"),
    duplicates,
    lost,
    unknownLeft: count("unknown", "sending"),
    violations,
  };
}

/** Orders in Unit4 that belong to no workorder of the run. */
const NOBODY = "";

const keyOf = ({
  tenantId,
  workorderId,
}: {
  readonly tenantId: string;
  readonly workorderId: string;
}): string => `${tenantId}/${workorderId}`;

/** By what was posted rather than by what was stored: Unit4 may cut a reference. */
function commitsByWorkorder(evidence: Evidence): ReadonlyMap<string, readonly CommitEntry[]> {
  const posted = new Map(evidence.requests.map(({ request, reference }) => [request, reference]));
  const workorders = new Map(
    evidence.requested.map((one) => [`${evidence.databases.get(one.tenantId)} ${one.reference}`, keyOf(one)]),
  );
  return Map.groupBy(
    evidence.commits,
    ({ database, request }) => workorders.get(`${database} ${posted.get(request)}`) ?? NOBODY,
  );
}

function endFaults(row: LedgerRow, commits: readonly CommitEntry[]): readonly string[] {
  if (row.state === "written")
    return commits.some(({ orderId }) => orderId === row.orderId) ? [] : [`has no order ${row.orderId}`];
  if (row.state !== "refused") return [`is left as ${row.state}`];
  if (commits.length > 0) return [`is refused and stands in Unit4 as ${commits[0]?.orderId}`];
  return row.code === "" ? ["is refused without a reason"] : [];
}

function tellingFaults(
  row: LedgerRow,
  told: ReadonlySet<string>,
  said: ReadonlySet<string>,
): readonly string[] {
  const key = keyOf(row);
  return [
    ...(told.has(`${key} ${row.state} ${row.orderId ?? ""} ${row.code}`)
      ? []
      : [`I2: Simon was not told what became of ${key}`]),
    ...(said.has(`${key} ${row.code}`) ? [] : [`I8: there is no message ${row.code} about ${key}`]),
  ];
}

function showingFaults(row: LedgerRow, shown: Evidence["shown"]): readonly string[] {
  if (shown === null) return [];
  const { outcome = "nothing", orderId = null, code = "" } = shown.get(keyOf(row)) ?? {};
  const [has, shows] = [`${row.state} ${row.orderId} ${row.code}`, `${outcome} ${orderId} ${code}`];
  return has === shows ? [] : [`I2: Simon shows ${shows} for ${keyOf(row)}, the ledger has ${has}`];
}

function contentFaults(
  evidence: Evidence,
  request: OrderRequested,
  commits: readonly CommitEntry[],
): readonly string[] {
  return commits.flatMap(({ database, orderId }) => {
    const stored = evidence.stored(database, orderId);
    const got = stored === undefined ? "nothing" : storedText(stored);
    const again = evidence.archivedAgain.get(keyOf(request));
    const asked = [request, ...(again === undefined ? [] : [again])].map(wantedText);
    return asked.includes(got)
      ? []
      : [`I3: ${keyOf(request)} is stored as ${got}, not as ${asked.join(" or ")}`];
  });
}

/** An order with the content of an earlier archiving is told as that (rule W19). */
function olderFaults(
  evidence: Evidence,
  row: LedgerRow | undefined,
  commits: readonly CommitEntry[],
): readonly string[] {
  const again = row === undefined ? undefined : evidence.archivedAgain.get(keyOf(row));
  if (row?.state !== "written" || again === undefined) return [];
  return commits.flatMap(({ database, orderId }) => {
    const stored = evidence.stored(database, orderId);
    const isNewest = stored !== undefined && storedText(stored) === wantedText(again);
    return isNewest || row.code === "ORDER_CHANGED_AFTER_WRITING"
      ? []
      : [`I2: ${keyOf(row)} was archived again, stands there as before, and is told as ${row.code}`];
  });
}

const wantedText = ({ customerId, lines }: OrderRequested): string =>
  `${customerId}: ${lines.map(({ articleId, quantity }) => `${Number(quantity)} ${articleId}`).join(", ")}`;

const storedText = ({ customerId, orderLines }: StoredContent): string =>
  `${customerId}: ${orderLines.map((line) => `${line.quantityOrdered} ${line.productId}`).join(", ")}`;
