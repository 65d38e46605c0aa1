import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ArticleChanged, CustomerChanged, InvoiceAddress } from "../../../schemas/records.ts";
import {
  type ChangeRecord,
  checkArticleChange,
  checkCustomerChange,
} from "../../../services/simon-projector/domain/change-record.ts";
import { mendedMessages } from "../../../services/simon-projector/domain/mended-messages.ts";
import { highestEpochs, type Row } from "../../../services/simon-projector/domain/newest-rows.ts";
import { projectArticles, projectCustomers } from "../../../services/simon-projector/domain/projection.ts";
import { articleChanged, customerChanged } from "../../support/records.ts";

const address: InvoiceAddress = {
  name: "Administratie",
  street1: "Postbus 7",
  street2: "",
  zipCode: "9700 AA",
  city: "GRONINGEN",
  countryId: "",
};

function record<T extends CustomerChanged | ArticleChanged>(
  place: number,
  value: T | null,
  { id = "K1", headers = {} as Record<string, string> } = {},
): ChangeRecord<T> {
  const entityId = value === null ? id : "customerId" in value ? value.customerId : value.articleId;
  return { key: `a/${entityId}`, tenantId: "a", entityId, place, value, headers };
}

const customer = (place: number, id: string, overrides: Parameters<typeof customerChanged>[2]) =>
  record(place, customerChanged("a", id, overrides));
const gone = (place: number, id: string, revision: number) =>
  record(place, { ...customerChanged("a", id, { revision, change: "gone" }), customer: null });

/** The projection, with the rows of its only round and warnings by key. */
function project(records: readonly ChangeRecord<CustomerChanged>[], epoch = 1) {
  const { wipes, rounds, warnings } = projectCustomers({ records, epochs: new Map([["a", epoch]]) });
  const byKey = new Map([...warnings].map(([row, messages]) => [row.key, messages]));
  return { wipes, rounds, rows: rounds.flat(), warnings: byKey };
}

test("O20: the newest change of each key is left, whatever else the batch holds of it", () => {
  const { rows } = project([
    customer(10, "K1", { revision: 1, name: "v1" }),
    customer(11, "K2", { revision: 1, name: "K2" }),
    customer(12, "K1", { revision: 2, name: "v2" }),
    customer(13, "K3", { revision: 1, name: "K3" }),
    customer(14, "K1", { revision: 3, name: "v3" }),
  ]);
  assert.deepEqual(
    rows.map(({ entityId, place, change }) => [entityId, place, change.customer?.name]),
    [
      ["K1", 14, "v3"],
      ["K2", 11, "K2"],
      ["K3", 13, "K3"],
    ],
  );
});

test("M14: within a batch an older revision does not overwrite a newer one", () => {
  const { rows } = project([
    customer(1, "K1", { revision: 9, name: "new" }),
    customer(2, "K1", { revision: 8, name: "old" }),
  ]);
  assert.deepEqual(
    rows.map(({ place, change }) => [place, change.customer?.name]),
    [[1, "new"]],
  );
});

test("O20: of two changes of one revision the later record wins", () => {
  const { rows } = project([
    customer(20, "K2", { revision: 7, name: "first" }),
    customer(21, "K2", { revision: 7, name: "second" }),
  ]);
  assert.deepEqual(
    rows.map(({ place, change }) => [place, change.customer?.name]),
    [[21, "second"]],
  );
});

test("M14: a higher epoch is newer than any revision of a lower one", () => {
  const { rows } = project(
    [customer(1, "K1", { epoch: 1, revision: 900 }), customer(2, "K1", { epoch: 2, revision: 3 })],
    1,
  );
  assert.deepEqual(
    rows.map(({ change }) => [change.epoch, change.revision]),
    [[2, 3]],
  );
});

test("A12: changes of an epoch below the tenant's leave no row", () => {
  assert.deepEqual(project([customer(1, "K1", { epoch: 1 })], 2).rows, []);
});

test("A12: the epoch of a tenant is the highest that a batch names; a wipe names none", () => {
  const records = [
    customer(1, "K1", { epoch: 3 }),
    customer(2, "K2", { epoch: 2 }),
    record<CustomerChanged>(3, null),
  ];
  assert.deepEqual([...highestEpochs(records)], [["a", 3]]);
  assert.deepEqual([...highestEpochs([record<CustomerChanged>(3, null)])], [["a", 0]]);
});

test("O15: inactive, gone and unknown are states of their own, and only present is active", () => {
  const { rows } = project([
    customer(1, "K1", { change: "present" }),
    customer(2, "K2", { change: "inactive" }),
    gone(3, "K3", 1),
    customer(4, "K4", { change: "unknown" }),
  ]);
  assert.deepEqual(
    rows.map(({ state }) => state),
    ["active", "inactive", "gone", "unknown"],
  );
});

test("O15: a customer that is gone is written after the change that gave its fields", () => {
  const { rounds } = project([customer(1, "K3", { revision: 1, name: "De Boer" }), gone(2, "K3", 2)]);
  assert.deepEqual(
    rounds.map((rows) => rows.map(({ state, change }) => [state, change.revision, change.customer?.name])),
    [[["active", 1, "De Boer"]], [["gone", 2, undefined]]],
  );
});

test("M7: a change without a look-up is written after the one that gave the invoice address", () => {
  const { rounds } = project([
    customer(1, "K1", { revision: 1, invoiceAddressKnown: true, invoiceAddress: address }),
    customer(2, "K2", { revision: 1 }),
    customer(3, "K1", { revision: 2, name: "New name", invoiceAddressKnown: false }),
    customer(4, "K1", { revision: 3, name: "Newest name", invoiceAddressKnown: false }),
  ]);
  assert.deepEqual(
    rounds.map((rows) => rows.map(({ entityId, place }) => [entityId, place])),
    [
      [
        ["K1", 1],
        ["K2", 2],
      ],
      [["K1", 4]],
    ],
  );
});

test("M7: an invoice address that was looked up and is not there ends the earlier one", () => {
  const { rows } = project([
    customer(1, "K1", { revision: 1, invoiceAddressKnown: true, invoiceAddress: address }),
    customer(2, "K1", { revision: 2, invoiceAddressKnown: true, invoiceAddress: null }),
  ]);
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.change.invoiceAddress, null);
});

test("O06: NUL and half surrogate pairs are removed, with one warning that names the fields", () => {
  const { rows, warnings } = project([
    customer(1, "10001", {}),
    customer(2, "10002", { revision: 5, name: "Bakkerij\u0000 Smit", city: "Ede\uD83D" }),
    customer(3, "10003", { name: "🔧 Loodgieter" }),
  ]);
  assert.deepEqual(
    rows.map(({ change }) => [change.customer?.name, change.customer?.city]),
    [
      ["Klant 10001", "GRONINGEN"],
      ["Bakkerij Smit", "Ede"],
      ["🔧 Loodgieter", "GRONINGEN"],
    ],
  );
  assert.deepEqual([...warnings.keys()], ["a/10002"]);
  const [message, ...others] = warnings.get("a/10002") ?? [];
  assert.deepEqual(others, []);
  assert.equal(message?.code, "CUSTOMER_TEXT_CLEANED");
  assert.equal(message?.tenantId, "a");
  assert.equal(message?.recordId, "10002");
  assert.deepEqual(message?.params, { id: "10002", name: "Bakkerij Smit", field: "name, city" });
  assert.equal(message?.occurrence, "1/5");
});

test("O06: texts of the invoice address and of articles are cleaned too", () => {
  const dirty = { ...address, street1: "Postbus\u0000 7" };
  const customers = project([customer(1, "K1", { invoiceAddressKnown: true, invoiceAddress: dirty })]);
  assert.equal(customers.rows[0]?.change.invoiceAddress?.street1, "Postbus 7");
  assert.equal(customers.warnings.get("a/K1")?.[0]?.params?.["field"], "invoiceAddress.street1");
  const articles = projectArticles({
    records: [record(1, articleChanged("a", "0017", { description: "Pak\u0000king" }))],
    epochs: new Map([["a", 1]]),
  });
  const [row] = articles.rounds.flat();
  assert.ok(row);
  assert.equal(row.change.article?.description, "Pakking");
  assert.equal(articles.warnings.get(row)?.[0]?.code, "ARTICLE_TEXT_CLEANED");
});

test("O22: a state that nobody knows gives a warning with Unit4's own code; the other fields come over", () => {
  const { rows, warnings } = project([
    customer(1, "K2", { change: "unknown", stateCode: "B", name: "New name", revision: 4 }),
  ]);
  assert.equal(rows[0]?.state, "unknown");
  assert.equal(rows[0]?.change.customer?.name, "New name");
  assert.deepEqual(
    warnings.get("a/K2")?.map(({ code, params }) => [code, params?.["stateCode"]]),
    [["CUSTOMER_STATE_UNKNOWN", "B"]],
  );
});

test("O05: codes are text: 0017 and 17 are two articles", () => {
  const { rounds } = projectArticles({
    records: ["0017", "17", "KB16/2-BR"].map((id, index) => record(index, articleChanged("a", id, {}))),
    epochs: new Map([["a", 1]]),
  });
  assert.deepEqual(
    rounds.flat().map(({ entityId }) => entityId),
    ["0017", "17", "KB16/2-BR"],
  );
});

test("O21: a tombstone wipes its key; what comes after it is a new row", () => {
  const { wipes, rows } = project([
    customer(1, "K9", { revision: 1 }),
    record<CustomerChanged>(2, null, { id: "K9" }),
    customer(3, "K9", { revision: 1, name: "anew" }),
  ]);
  assert.deepEqual(wipes, [{ tenantId: "a", entityId: "K9", belowEpoch: null }]);
  assert.deepEqual(
    rows.map(({ place, change }) => [place, change.customer?.name]),
    [[3, "anew"]],
  );
});

test("A12: a tombstone with an epoch leaves rows of that epoch and above", () => {
  const wipe = record<CustomerChanged>(2, null, { id: "K9", headers: { epoch: "2" } });
  assert.equal(project([customer(1, "K9", { epoch: 1 }), wipe]).rows.length, 0);
  const kept = project([customer(1, "K9", { epoch: 2 }), wipe], 2);
  assert.equal(kept.rows.length, 1);
  assert.deepEqual(kept.wipes, []);
});

test("O21: of several tombstones the widest counts", () => {
  const wipe = (epoch?: string) =>
    record<CustomerChanged>(2, null, { id: "K9", headers: epoch === undefined ? {} : { epoch } });
  assert.deepEqual(project([wipe("2"), wipe("3"), wipe("1")]).wipes[0]?.belowEpoch, 3);
  assert.deepEqual(project([wipe("2"), wipe(), wipe("5")]).wipes[0]?.belowEpoch, null);
});

test("O20: any split into batches ends in the rows of one by one", () => {
  const event = fc.record({
    id: fc.constantFrom("K1", "K2"),
    epoch: fc.integer({ min: 1, max: 2 }),
    revision: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom(...KINDS),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.integer({ min: 2, max: 12 }), (events, size) => {
      const records = events.map(({ kind, ...version }, place) => eventOf(kind, place, version));
      assert.deepEqual(stored(records, size), stored(records, 1));
    }),
    { numRuns: 2_000 },
  );
});

const KINDS = ["present", "inactive", "gone", "address", "noAddress", "wipe", "wipeBelow2"] as const;

function eventOf(
  kind: (typeof KINDS)[number],
  place: number,
  { id, epoch, revision }: { readonly id: string; readonly epoch: number; readonly revision: number },
): ChangeRecord<CustomerChanged> {
  const head = { epoch, revision, name: `of ${place}` };
  const bare = { ...customerChanged("a", id, { ...head, change: "gone" }), customer: null };
  const events: Record<typeof kind, () => ChangeRecord<CustomerChanged>> = {
    present: () => customer(place, id, head),
    inactive: () => customer(place, id, { ...head, change: "inactive" }),
    gone: () => record(place, bare),
    address: () =>
      customer(place, id, {
        ...head,
        invoiceAddressKnown: true,
        invoiceAddress: { ...address, name: head.name },
      }),
    noAddress: () => customer(place, id, { ...head, invoiceAddressKnown: true }),
    wipe: () => record<CustomerChanged>(place, null, { id }),
    wipeBelow2: () => record<CustomerChanged>(place, null, { id, headers: { epoch: "2" } }),
  };
  return events[kind]();
}

type Stored = { version: readonly number[]; state: string; name: string | undefined; address: unknown };

/** What the statements of the service do, on a map: rows by version, fields and address kept where a change has none. */
function stored(records: readonly ChangeRecord<CustomerChanged>[], size: number): Record<string, Stored> {
  const table = new Map<string, Stored>();
  for (let start = 0; start < records.length; start += size) {
    // Every epoch passes here: the fence has tests of its own.
    const { wipes, rows } = project(records.slice(start, start + size), 1);
    for (const { entityId, belowEpoch } of wipes)
      if (belowEpoch === null || (table.get(entityId)?.version[0] ?? 0) < belowEpoch) table.delete(entityId);
    for (const row of rows) table.set(row.entityId, upserted(table.get(row.entityId), row));
  }
  return Object.fromEntries([...table].sort(([a], [b]) => a.localeCompare(b)));
}

function upserted(known: Stored | undefined, { place, state, change }: Row<CustomerChanged>): Stored {
  const version = [change.epoch, change.revision, place];
  if (known !== undefined && !isGreater(version, known.version)) return known;
  const isBare = change.customer === null;
  const wasAbsent = known === undefined || known.state === "removed";
  return {
    version,
    state: isBare && wasAbsent ? "removed" : state,
    name: isBare ? known?.name : change.customer?.name,
    address: change.invoiceAddressKnown ? change.invoiceAddress : known?.address,
  };
}

const isGreater = (one: readonly number[], other: readonly number[]): boolean => {
  const difference = one.findIndex((part, index) => part !== other[index]);
  return difference >= 0 && (one[difference] ?? 0) > (other[difference] ?? 0);
};

const faults: readonly (readonly [string, ChangeRecord<CustomerChanged>, RegExp])[] = [
  ["another tenant", { ...customer(1, "K1", {}), tenantId: "b" }, /tenant/],
  ["another id", { ...customer(1, "K1", {}), entityId: "K2" }, /id/],
  ["epoch 0", customer(1, "K1", { epoch: 0 }), /epoch/],
  ["revision 0", customer(1, "K1", { revision: 0 }), /revision/],
  ["revision -1", customer(1, "K1", { revision: -1 }), /revision/],
  ["no time", customer(1, "K1", { observedAt: 0 }), /observedAt/],
  ["a date that is none", customer(1, "K1", { changedOn: "31-2-2024" }), /changedOn/],
  ["a wipe with a strange epoch", record<CustomerChanged>(1, null, { headers: { epoch: "two" } }), /epoch/],
];
for (const [what, faulty, reason] of faults)
  test(`O21: a customer change with ${what} is meaningless`, () => {
    assert.match(checkCustomerChange(faulty) ?? "", reason);
  });

test("O21: a present customer without fields, or with another's, is meaningless; a gone one is not", () => {
  const bare = { ...customerChanged("a", "K1", {}), customer: null };
  assert.match(checkCustomerChange(record(1, bare)) ?? "", /no fields/);
  const other = customerChanged("a", "K2", {}).customer;
  assert.match(checkCustomerChange(record(1, { ...bare, customer: other })) ?? "", /own id/);
  assert.equal(checkCustomerChange(gone(1, "K1", 2)), null);
  assert.equal(checkCustomerChange(customer(1, "K1", {})), null);
  assert.equal(checkCustomerChange(record<CustomerChanged>(1, null, { headers: { epoch: "2" } })), null);
});

test("O21: an article whose price is no plain decimal is meaningless", () => {
  const check = (priceExclVat: string) =>
    checkArticleChange(record(1, articleChanged("a", "17", { priceExclVat })));
  assert.match(check("12,50") ?? "", /price/);
  assert.match(check("NaN") ?? "", /price/);
  assert.match(check("") ?? "", /price/);
  assert.equal(check("-12.5"), null);
});

test("L5: a row that is in order again closes just the warnings that ended", () => {
  const row = {
    ...{ tenantId: "a", entityId: "K1", name: "De Boer", epoch: 1, revision: 8, writtenAtMs: 5 },
    ...{ isClean: true, isUsable: false },
  };
  assert.deepEqual(mendedMessages("customer", [row])[0]?.closes, [
    "CUSTOMER_STATE_UNKNOWN",
    "CUSTOMER_TEXT_CLEANED",
  ]);
  assert.deepEqual(mendedMessages("article", [{ ...row, isClean: false, isUsable: true }])[0]?.closes, [
    "ARTICLE_KEPT_IN_USE",
  ]);
});
