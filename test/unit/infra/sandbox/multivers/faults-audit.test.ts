import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  type AuditEntry,
  auditedRequests,
} from "../../../../../infra/sandbox/multivers/audit/audit-entry.ts";
import { LinesInFile, LinesInMemory } from "../../../../../infra/sandbox/multivers/audit/line-file.ts";
import { LINDE, linde, startMultivers } from "./start.ts";

const ORDER = {
  customerId: "10001",
  orderDate: "25-11-2026",
  paymentConditionId: "14",
  reference: "WB-2026-000173",
};

test("sandbox: the audit has every request with its end, and every stored order with its request", async (t) => {
  const { multivers, call, postOrder } = await startMultivers(t);
  multivers.faults.set([
    { id: "lost", match: { method: "POST" }, times: 1, commit: true, effect: { kind: "html" } },
  ]);
  await postOrder(ORDER);
  await postOrder({ ...ORDER, customerId: "99999" });
  await call(linde("CustomerInfoList", { $top: "1" }), { as: "bos" });
  const rows = multivers.audit.requests().map((one) => {
    assert.ok(one.endedAtMs !== null && one.endedAtMs >= one.atMs);
    const { method, path, query, database, owner, grant, reference, fault, outcome, status } = one;
    return [method, path, query, database, owner, grant, reference, fault, outcome, status];
  });
  assert.deepEqual(rows, [
    ["POST", `/api/${LINDE}/Order`, "", LINDE, "linde", null, ORDER.reference, "lost", "answered", 200],
    ["POST", `/api/${LINDE}/Order`, "", LINDE, "linde", null, ORDER.reference, null, "answered", 400],
    ["GET", `/api/${LINDE}/CustomerInfoList`, "%24top=1", LINDE, "bos", null, null, null, "answered", 403],
  ]);
  assert.deepEqual(
    multivers.audit.commits().map(({ atMs: _, ...commit }) => commit),
    [
      {
        kind: "commit",
        request: 0,
        database: LINDE,
        orderId: "20260001",
        customerId: "10001",
        reference: ORDER.reference,
      },
    ],
  );
});

test("sandbox: the audit survives a restart, a killed process and half a line", async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startMultivers(t, { dataDir });
  await first.postOrder(ORDER);
  const path = join(dataDir, "audit.jsonl");
  assert.match(readFileSync(path, "utf8"), /"kind":"commit"/, "a stored order is in the file at once");
  await first.multivers.close();
  const before = first.multivers.audit.commits();
  appendFileSync(path, '{"kind":"request","requ');

  const second = await startMultivers(t, { dataDir });
  assert.deepEqual(second.multivers.audit.commits(), before);
  await second.postOrder({ ...ORDER, reference: "WB-2" });
  assert.deepEqual(
    second.multivers.audit.requests().map(({ request, reference, outcome }) => [request, reference, outcome]),
    [
      [0, ORDER.reference, "answered"],
      [3, "WB-2", "answered"],
    ],
  );
  assert.deepEqual(
    second.multivers.audit.commits().map(({ request, orderId }) => [request, orderId]),
    [
      [0, "20260001"],
      [3, "20260002"],
    ],
  );
});

test("sandbox: the audit is read over HTTP page by page, from any line", async (t) => {
  const { url, call, postOrder, multivers } = await startMultivers(t);
  await postOrder(ORDER);
  for (let i = 0; i < 3; i++) await call(linde("CustomerNVL"));
  const read = async (query: string): Promise<AuditPage> => {
    const page = await (await fetch(`${url}/sandbox/audit?${query}`)).json();
    return page as AuditPage;
  };
  const all = await read("");
  assert.deepEqual([all.total, all.next, all.entries.length], [9, 9, 9]);
  assert.deepEqual(auditedRequests(all.entries), multivers.audit.requests());
  const pages: AuditEntry[] = [];
  for (let since = 0; since < all.total; ) {
    const page = await read(`since=${since}&limit=4`);
    assert.ok(page.next > since && page.entries.length <= 4);
    pages.push(...page.entries);
    since = page.next;
  }
  assert.deepEqual(pages, all.entries);
  assert.deepEqual(await read("since=9"), { entries: [], next: 9, total: 9 });
  for (const wrong of ["since=-1", "since=x", "limit=0", "limit=10001"])
    assert.equal((await fetch(`${url}/sandbox/audit?${wrong}`)).status, 400, wrong);
});

test("sandbox: lines in a file are those in memory, for any page, before and after they are opened again", async (t) => {
  const path = join(await temporaryFolder(t), "lines.jsonl");
  const [inMemory, inFile] = [new LinesInMemory(), new LinesInFile(path)];
  // Enough for several marks and for more than one chunk at opening; é makes bytes differ from characters.
  for (let i = 0; i < 30_000; i++) {
    const line = `${i} ${"é".repeat(i % 60)}`;
    inMemory.append(line);
    inFile.append(line, i % 1_000 === 0);
  }
  const agree = (lines: LinesInFile) => {
    assert.equal(lines.count, inMemory.count);
    for (const from of [0, 1, 255, 256, 257, 511, 12_345, 29_999, 30_000, 40_000])
      for (const count of [0, 1, 255, 256, 1_000, 40_000])
        assert.deepEqual(lines.read(from, count), inMemory.read(from, count), `${from}, ${count}`);
  };
  agree(inFile);
  inFile.close();
  inFile.append("too late", true);
  const again = new LinesInFile(path);
  t.after(() => again.close());
  agree(again);
  again.append("last", false);
  assert.deepEqual(again.read(30_000, 5), ["last"]);
});

type AuditPage = Readonly<{ entries: readonly AuditEntry[]; next: number; total: number }>;

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "multivers-audit-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
