import assert from "node:assert/strict";
import { test } from "node:test";
import avsc from "avsc";
import fc from "fast-check";
import type { ArticleChanged, CustomerChanged, InvoiceAddress } from "../../../schemas/records.ts";
import { schemaText } from "../../../services/shared/avro.ts";
import { copyText } from "../../../services/simon-projector/copy-rows.ts";
import type { ChangeRecord } from "../../../services/simon-projector/domain/change-record.ts";
import {
  checkArticleChange,
  checkCustomerChange,
} from "../../../services/simon-projector/domain/change-record.ts";
import { latestRecords } from "../../../services/simon-projector/domain/latest-records.ts";
import { type Change, highestEpochs } from "../../../services/simon-projector/domain/newest-rows.ts";
import { projectArticles, projectCustomers } from "../../../services/simon-projector/domain/projection.ts";
import {
  copyPlain,
  foldPlain,
  latestPlain,
  type PlainRecord,
  readPlainChunk,
} from "../../../services/simon-projector/plain-changes/plain-chunk.ts";
import { plainRules } from "../../../services/simon-projector/plain-changes/rules.ts";
import { SIMON_ARTICLES } from "../../../services/simon-projector/simon-articles.ts";
import { SIMON_CUSTOMERS } from "../../../services/simon-projector/simon-customers.ts";
import { stagedRow } from "../../../services/simon-projector/staged-row.ts";
import { articleChanged, customerChanged } from "../../support/records.ts";

const typeOf = (schema: string) =>
  avsc.Type.forSchema(JSON.parse(schemaText(schema)), { wrapUnions: "never" });
const CUSTOMERS = {
  type: typeOf("customer-changed"),
  rules: plainRules(SIMON_CUSTOMERS, schemaText("customer-changed")),
};
const ARTICLES = {
  type: typeOf("article-changed"),
  rules: plainRules(SIMON_ARTICLES, schemaText("article-changed")),
};

const HEADER = Buffer.from([0, 0, 0, 0, 1]);
const framed = (body: Buffer): Buffer => Buffer.concat([HEADER, body]);
const isOwn = () => true;

type Written = { readonly raw: PlainRecord; readonly decoded: ChangeRecord<never> };

function written<T extends Change>(
  type: avsc.Type,
  value: T,
  place: number,
  id: string,
  spoil: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Written {
  const key = `${value.tenantId}/${id}`;
  const headers = {};
  return {
    raw: { key: Buffer.from(key), value: spoil(framed(type.toBuffer(value))), place, headers },
    decoded: {
      key,
      tenantId: value.tenantId,
      entityId: id,
      place,
      value,
      headers,
    } as unknown as ChangeRecord<never>,
  };
}

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom("", "\t", "\\N", "a\\b", "\r\n", "\b\f\v", "é", "€", "😀", "\u202e"),
);
const dirty = fc.oneof({ weight: 30, arbitrary: text }, { weight: 1, arbitrary: fc.constant("a\u0000b") });
const tenantId = fc.constantFrom("bos", "linde", "a-very-long-tenant-name-for-a-test");
const id = fc.constantFrom("1", "10001", "met/streep", "é");
const address: fc.Arbitrary<InvoiceAddress> = fc.record({
  name: text,
  street1: text,
  street2: text,
  zipCode: text,
  city: text,
  countryId: text,
});
const head = {
  epoch: fc.integer({ min: 1, max: 3 }),
  revision: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2 ** 40, max: 2 ** 47 })),
  observedAt: fc.integer({ min: 1, max: 4_102_444_800_000 }),
  changedOn: fc.constantFrom(null, "2026-11-20", "0001-12-31"),
};
const customer = fc
  .record({
    ...head,
    change: fc.constantFrom("present", "inactive", "gone") as fc.Arbitrary<"present">,
    ...{ tenantId, id, name: dirty, city: text, email: text },
    organizationId: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    vatScenarioId: fc.option(fc.integer({ min: 0, max: 40 })),
    invoiceAddressKnown: fc.boolean(),
    invoiceAddress: fc.option(address),
  })
  .map(({ tenantId: of, id: customerId, ...fields }) => customerChanged(of, customerId, fields));
const article = fc
  .record({
    ...head,
    ...{ tenantId, id, description: dirty, unit: text },
    priceExclVat: fc.constantFrom("0", "12.50", "-3", "12345678901234567890.5"),
    quantityScale: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ tenantId: of, id: articleId, ...fields }) => articleChanged(of, articleId, fields));

/** Epochs in the database: at least those of the chunk. */
const ahead = fc.dictionary(tenantId, fc.integer({ min: 0, max: 4 }), { noNullPrototype: true });

test("M14, A12, O20: a chunk of plain changes becomes, byte for byte, the rows that the usual way makes of it", () => {
  let plain = 0;
  const look = <T extends Change>(
    records: readonly Written[],
    further: Readonly<Record<string, number>>,
    usual: {
      readonly rules: typeof CUSTOMERS.rules;
      readonly cells: (
        row: never,
        isWarned: boolean,
      ) => ReturnType<ReturnType<typeof stagedRow<T, unknown, unknown>>>;
      readonly project: (batch: never) => ReturnType<typeof projectCustomers>;
    },
  ): void => {
    const decoded = records.map(({ decoded: one }) => one) as unknown as ChangeRecord<T>[];
    const epochs = new Map(
      [...highestEpochs(decoded)].map(([tenant, epoch]) => [tenant, Math.max(epoch, further[tenant] ?? 0)]),
    );
    const projection = usual.project({ records: decoded, epochs } as never);
    const chunk = readPlainChunk(
      usual.rules,
      records.map(({ raw }) => raw),
      isOwn,
    );
    const fold = chunk === null ? null : foldPlain(chunk, epochs);
    const rows = chunk === null || fold === null ? null : copyPlain(chunk, fold);
    const isUsual = projection.warnings.size > 0 || projection.rounds.length > 1;
    if (rows === null || chunk === null || fold === null) {
      // A record that the fold leaves out may be what is not plain.
      assert.ok(isUsual || records.some(({ raw }) => raw.value?.includes(0x00, HEADER.length)));
      return;
    }
    plain += 1;
    assert.ok(!isUsual);
    const [round = []] = projection.rounds;
    const expected = copyText(round.map((row) => usual.cells(row as never, false)));
    assert.equal(rows.toString(), expected.toString());
    assert.deepEqual(latestPlain(chunk, epochs, null), latestRecords(decoded, epochs));
    const chosen = new Set(round.map(({ place }) => place));
    const passedOver = latestRecords(decoded, epochs).filter(({ place }) => !chosen.has(place));
    assert.deepEqual(latestPlain(chunk, epochs, fold), passedOver);
    assert.equal(fold.isInOrder, passedOver.length === 0 && isNothingIgnored(decoded, epochs, fold.newest));
  };
  fc.assert(
    fc.property(fc.array(customer, { minLength: 1, maxLength: 12 }), ahead, (changes, further) =>
      look<CustomerChanged>(
        changes.map((one, place) => written(CUSTOMERS.type, one, place, one.customerId)),
        further,
        { rules: CUSTOMERS.rules, cells: stagedRow(SIMON_CUSTOMERS), project: projectCustomers },
      ),
    ),
    { numRuns: 1_000 },
  );
  fc.assert(
    fc.property(fc.array(article, { minLength: 1, maxLength: 12 }), ahead, (changes, further) =>
      look<ArticleChanged>(
        changes.map((one, place) => written(ARTICLES.type, one, place, one.articleId)),
        further,
        {
          rules: ARTICLES.rules,
          cells: stagedRow(SIMON_ARTICLES),
          project: projectArticles as unknown as typeof projectCustomers,
        },
      ),
    ),
    { numRuns: 1_000 },
  );
  assert.ok(plain > 500, `${plain} of 2000 were plain`);
});

/** Whether every record was the newest of its key when it came. */
function isNothingIgnored(
  records: readonly ChangeRecord<Change>[],
  epochs: ReadonlyMap<string, number>,
  newest: readonly number[],
): boolean {
  const best = new Map<string, Change>();
  for (const { key, value } of records) {
    if (value === null || value.epoch < (epochs.get(value.tenantId) ?? 0)) return false;
    const known = best.get(key);
    if (known !== undefined && (value.epoch - known.epoch || value.revision - known.revision) < 0)
      return false;
    best.set(key, value);
  }
  return newest.length === best.size;
}

test("O55, O06: bytes that are not plain are left to the usual way, whatever they are", () => {
  const good = customerChanged("bos", "10001", { name: "De Linde" });
  const plain = (one: Written, own: () => boolean = isOwn) => {
    const chunk = readPlainChunk(CUSTOMERS.rules, [one.raw], own);
    const fold = chunk === null ? null : foldPlain(chunk, chunk.highest);
    return chunk !== null && fold !== null && copyPlain(chunk, fold) !== null;
  };
  const of = (change: CustomerChanged, spoil?: (bytes: Buffer) => Buffer) =>
    written(CUSTOMERS.type, change, 0, "10001", spoil);
  assert.ok(plain(of(good)));
  const unlike: readonly Written[] = [
    of({ ...good, customer: null, change: "gone" }),
    of({ ...good, change: "unknown" }),
    of({ ...good, epoch: 0 }),
    of({ ...good, revision: 0 }),
    of({ ...good, observedAt: 0 }),
    of({ ...good, changedOn: "2026-13-01" }),
    of({ ...good, customerId: "10002" }),
    of(customerChanged("bos", "10001", { name: "a\u0000" })),
    of(good, (bytes) => bytes.subarray(0, -1)),
    of(good, (bytes) => Buffer.concat([bytes, Buffer.from([0])])),
    of(good, (bytes) => Buffer.from(bytes.toString("latin1").replace("De Linde", "De L\xffnde"), "latin1")),
    { ...of(good), raw: { ...of(good).raw, headers: { repair: "clean" } } },
    { ...of(good), raw: { ...of(good).raw, key: Buffer.from("bos") } },
    { ...of(good), raw: { ...of(good).raw, key: Buffer.from("boz/10001") } },
    { ...of(good), raw: { ...of(good).raw, value: null } },
    { ...of(good), raw: { ...of(good).raw, cut: { bytes: null, why: "test" } } },
  ];
  for (const [number, one] of unlike.entries()) assert.ok(!plain(one), `input ${number}`);
  assert.ok(!plain(of(good), () => false));
  assert.equal(checkCustomerChange({ ...of(good).decoded, value: good } as never), null);
});

test("O55: no bytes make the reader of plain changes fail or run on", () => {
  const body = ARTICLES.type.toBuffer(articleChanged("bos", "1", {}));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      (changes) => {
        const bytes = Buffer.from(body);
        for (const [at, byte] of changes) bytes[at] = byte;
        const raw = { key: Buffer.from("bos/1"), value: framed(bytes), place: 0, headers: {} };
        const chunk = readPlainChunk(ARTICLES.rules, [raw], isOwn);
        if (chunk === null) return;
        const value = ARTICLES.type.fromBuffer(bytes) as ArticleChanged;
        const record = { key: "bos/1", tenantId: "bos", entityId: "1", place: 0, value, headers: {} };
        assert.equal(checkArticleChange(record), null);
      },
    ),
    { numRuns: 3_000 },
  );
});
