import type {
  LeftAlone,
  ListedWorkorder,
  RerequestFindings,
} from "../../../shared/operations/domain/rerequest-report.ts";

/** People look through so many. */
const MOST_LISTED = 200;

const NONE_LEFT: Readonly<Record<LeftAlone, number>> = {
  "in-ledger": 0,
  written: 0,
  refused: 0,
  skipped: 0,
  "no-order-now": 0,
  emptied: 0,
  undecided: 0,
};

export const NOTHING_FOUND: RerequestFindings = {
  records: 0,
  poison: 0,
  requested: 0,
  left: NONE_LEFT,
  listed: [],
};

/** Findings with those of a chunk. */
export function withChunk(
  before: RerequestFindings,
  chunk: {
    readonly records: number;
    readonly poison: number;
    readonly workorders: readonly ListedWorkorder[];
  },
): RerequestFindings {
  const left = { ...before.left };
  for (const { why } of chunk.workorders) if (why !== null) left[why] += 1;
  const worthListing = chunk.workorders.filter(({ why }) => why !== "in-ledger");
  return {
    records: before.records + chunk.records,
    poison: before.poison + chunk.poison,
    requested: before.requested + chunk.workorders.filter(({ why }) => why === null).length,
    left,
    listed: [...before.listed, ...worthListing].slice(0, MOST_LISTED),
  };
}
