import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING_FOUND, withChunk } from "../../../services/workorder-archived/rerequest/domain/findings.ts";
import {
  judgeKnown,
  type KnownOfWorkorder,
} from "../../../services/workorder-archived/rerequest/domain/judgement.ts";

const NOTHING: KnownOfWorkorder = { decision: null, ledger: null, outcome: null, emptiedBefore: null };
const written = { outcome: "written", code: "", sequence: 1 };
const refused = { outcome: "refused", code: "WORKORDER_CUSTOMER_UNKNOWN", sequence: 1 };

const CASES: readonly [string, Partial<KnownOfWorkorder>, string | null][] = [
  ["asked for, and nobody has it", { decision: "requested" }, null],
  ["decided by a release that noted nothing, and nobody has it", {}, null],
  ["waits in the ledger", { decision: "requested", ledger: { state: "waiting", sequence: 2 } }, "in-ledger"],
  ["the ledger has a later one", { ledger: { state: "refused", sequence: 3 } }, "in-ledger"],
  [
    "the ledger has it from before there were sequences",
    { ledger: { state: "written", sequence: 0 } },
    "in-ledger",
  ],
  [
    "the ledger has an earlier one alone",
    { decision: "requested", ledger: { state: "written", sequence: 1 } },
    null,
  ],
  ["written for Simon alone", { decision: "requested", outcome: { ...written, sequence: 2 } }, "written"],
  ["an earlier one was written", { decision: "requested", outcome: written }, null],
  ["noted as refused", { decision: "refused" }, "refused"],
  ["noted as skipped", { decision: "skipped" }, "skipped"],
  ["refused for Simon, and not noted", { outcome: { ...refused, sequence: 2 } }, "refused"],
  [
    "refused by Unit4, and lost by the ledger",
    { decision: "requested", outcome: { ...refused, sequence: 2 } },
    "refused",
  ],
  ["refused at first, and then sent by a person", { decision: "requested", outcome: refused }, null],
  [
    "told in a word that nobody knows",
    { decision: "requested", outcome: { outcome: "unknown", code: "", sequence: 2 } },
    "written",
  ],
];

for (const [what, known, why] of CASES)
  test(`O30, O76: the second decision of a workorder: ${what}`, () => {
    assert.equal(judgeKnown(2, { ...NOTHING, ...known })?.why ?? null, why);
  });

test("O76: findings count everything and list what people have to look at", () => {
  const workorder = { tenantId: "bos", number: "WB-1", archivedAt: 1, detail: "" };
  const chunk = {
    ...{ records: 4, poison: 1 },
    workorders: [
      { ...workorder, workorderId: "1", why: null },
      { ...workorder, workorderId: "2", why: "in-ledger" },
      { ...workorder, workorderId: "3", why: "refused" },
    ] as const,
  };
  const found = withChunk(withChunk(NOTHING_FOUND, chunk), chunk);
  assert.deepEqual(
    [found.records, found.poison, found.requested, found.left["in-ledger"], found.left.refused],
    [8, 2, 2, 2, 2],
  );
  assert.deepEqual(
    found.listed.map(({ workorderId }) => workorderId),
    ["1", "3", "1", "3"],
  );
  const many = { ...chunk, workorders: Array.from({ length: 300 }, () => chunk.workorders[0]) };
  assert.deepEqual([withChunk(found, many).listed.length, withChunk(found, many).requested], [200, 302]);
});
