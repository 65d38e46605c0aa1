import type { Customer, InvoiceAddress } from "../../schemas/records.ts";
import { inTransaction } from "../shared/postgres.ts";
import { publishNews } from "./change-publishing.ts";
import { addressChecksDue } from "./domain/address-checks.ts";
import type { KnownAddress } from "./domain/change-event.ts";
import { contentHash, NO_CONTENT } from "./domain/content-hash.ts";
import { compareRow, type RowChange } from "./domain/list-comparison.ts";
import {
  ADDRESS_PENDING,
  ADDRESS_TO_TELL,
  indexAfterId,
  NOWHERE,
  type PackedRows,
  rowAt,
} from "./domain/packed-rows.ts";
import type { Answer, FailedEnd, MasterList } from "./master-list.ts";
import type { Poller } from "./poller.ts";
import { lockOwnLease, nextRevision } from "./schedule.ts";
import { type AddressRound, readSnapshotRows, type SnapshotHead, saveAddresses } from "./snapshot-store.ts";
import { storedRows } from "./stored-rows.ts";
import type { Turn } from "./turn.ts";

/** 64 bits that stand for an invoice address; NO_CONTENT for none. */
const addressHash = (address: InvoiceAddress | null): bigint =>
  address === null ? NO_CONTENT : contentHash(address);

const PENDING = ADDRESS_PENDING | ADDRESS_TO_TELL;

const wantsAddresses = (turn: Turn): boolean => turn.settings.firstWorkAddress === "invoice";

/**
 * Looks up the invoice addresses of changed rows while the turn's budget lasts, since Unit4 gives them one organisation
 * at a time only. Marks the rows of those it found; the others stay pending for `checkAddresses`.
 */
export async function lookUpAddresses<Value>(
  turn: Turn,
  list: MasterList<Value>,
  changes: readonly RowChange<Value>[],
): Promise<ReadonlyMap<string, KnownAddress>> {
  const addresses = new Map<string, KnownAddress>();
  const { findAddress } = list;
  if (findAddress === null || !wantsAddresses(turn)) return addresses;
  for (const { kind, row } of changes) {
    if (kind !== "seen") continue;
    if (!turn.takeAddressLookUp() || (await turn.checkpoint()) !== "go-on") break;
    const found = await turn.ask(() => findAddress(row.organizationId));
    if (found.kind === "failed") break;
    addresses.set(row.id, { address: found.value });
    row.addressHash = addressHash(found.value);
    row.flags &= ~PENDING;
  }
  return addresses;
}

/**
 * Spends what is left of the turn's budget on rows whose invoice address is pending; where there are none, on a slice
 * of the weekly round, because a change of an address alone moves nothing in the list.
 * @returns why Unit4 gave no answer; null where it did
 * @throws Failure LEASE_LOST, KAFKA_UNAVAILABLE, or what pg throws
 */
export async function checkAddresses(
  poller: Poller,
  turn: Turn,
  { list, head }: { readonly list: MasterList<Customer>; readonly head: SnapshotHead | null },
): Promise<FailedEnd | null> {
  const { lease } = turn;
  if (!wantsAddresses(turn) || head === null) return null;
  const now = poller.now();
  const due = addressChecksDue({ rows: head.rowCount, lastAt: head.addresses.checkedAt, now });
  if (head.pendingCount === 0 && due === 0) return null;

  const rows = await readSnapshotRows(poller.pool, lease, "customer");
  const isRound = head.pendingCount === 0;
  const inTurn = fromCursor(rows, head.addresses);
  const targets = isRound ? inTurn.slice(0, due) : inTurn.filter((index) => isPending(rows, index));
  const checked = await checkRows(turn, list, { rows, targets });
  if (checked.lastTried === null) return checked.failedEnd;

  if (checked.changes.length > 0)
    await publishNews(
      poller,
      list,
      {
        tenantId: lease.tenantId,
        epoch: lease.epoch,
        revision: await nextRevision(poller.pool, lease),
        observedAt: poller.now(),
      },
      { changes: checked.changes, addresses: checked.addresses, gone: [], unreadable: [] },
    );
  const round = {
    checkedAt: isRound ? now : head.addresses.checkedAt,
    checkedTo: checked.lastTried,
  };
  const stored = await storedRows(rows);
  await inTransaction(poller.pool, async (tx) => {
    await lockOwnLease(tx, lease);
    await saveAddresses(tx, lease, { rows, stored, round });
  });
  return checked.failedEnd;
}

/** Places of the rows on the list, beginning after the one that was tried last. */
function fromCursor(rows: PackedRows, { checkedTo }: AddressRound): readonly number[] {
  const first = indexAfterId(rows, checkedTo);
  return Array.from({ length: rows.count }, (_, offset) => (first + offset) % rows.count).filter(
    (index) => rows.pages[index] !== NOWHERE,
  );
}

const isPending = (rows: PackedRows, index: number): boolean =>
  ((rows.flags[index] ?? 0) & ADDRESS_PENDING) !== 0;

type CheckedRows = {
  /** Id of the row that was tried last; null where none was. */
  readonly lastTried: string | null;
  readonly changes: readonly RowChange<Customer>[];
  readonly addresses: ReadonlyMap<string, KnownAddress>;
  readonly failedEnd: FailedEnd | null;
};

/** Look-ups that may fail in one turn: one address that Unit4 cannot show must not keep the others waiting for ever. */
const FAILURES_ALLOWED = 3;

/** Looks at the targets one by one and notes in `rows` what was found. */
async function checkRows(
  turn: Turn,
  list: MasterList<Customer>,
  { rows, targets }: { readonly rows: PackedRows; readonly targets: readonly number[] },
): Promise<CheckedRows> {
  const changes: RowChange<Customer>[] = [];
  const addresses = new Map<string, KnownAddress>();
  let lastTried: string | null = null;
  let failedEnd: FailedEnd | null = null;
  let failures = 0;
  for (const index of targets) {
    if (!turn.takeAddressLookUp() || (await turn.checkpoint()) !== "go-on") break;
    lastTried = rowAt(rows, index).id;
    const checked = await checkRow(turn, list, { rows, index });
    if (checked.kind === "failed") {
      failedEnd = checked.end;
      failures += 1;
      if (failedEnd.kind !== "unavailable" || failures === FAILURES_ALLOWED) break;
    } else if (checked.value.change !== null) {
      changes.push(checked.value.change);
      addresses.set(lastTried, { address: checked.value.address });
    }
  }
  return { lastTried, changes, addresses, failedEnd };
}

type CheckedRow = {
  readonly change: RowChange<Customer> | null;
  readonly address: InvoiceAddress | null;
};

/** An event carries the whole customer, so the customer is fetched too, but only where there is something to tell. */
async function checkRow(
  turn: Turn,
  list: MasterList<Customer>,
  { rows, index }: { readonly rows: PackedRows; readonly index: number },
): Promise<Answer<CheckedRow>> {
  const { findAddress } = list;
  const row = rowAt(rows, index);
  if (findAddress === null) return { kind: "ok", value: { change: null, address: null } };
  const found = await turn.ask(() => findAddress(row.organizationId));
  if (found.kind === "failed") return found;
  const address = found.value;
  const hashNow = addressHash(address);
  // Readers of an earlier activation may hold a work address made of an older form of the customer.
  const mustTell =
    (row.flags & ADDRESS_TO_TELL) !== 0 || ((row.flags & ADDRESS_PENDING) !== 0 && turn.lease.epoch > 1);
  let change: RowChange<Customer> | null = null;
  if (mustTell || hashNow !== row.addressHash) {
    const customer = await turn.ask(() => list.find(row.id));
    if (customer.kind === "failed") return customer;
    if (customer.value === null) return { kind: "ok", value: { change: null, address } };
    const compared = compareRow(row, customer.value, row.page);
    change = compared.change ?? { kind: "seen", row: compared.row, observation: customer.value };
    rows.hashes[index] = compared.row.hash;
  }
  rows.addressHashes[index] = hashNow;
  rows.flags[index] = row.flags & ~PENDING;
  return { kind: "ok", value: { change, address } };
}
