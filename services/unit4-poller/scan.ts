import { hash } from "node:crypto";
import { LARGE_PAGE_BYTES } from "../shared/unit4/reading/list-rows.ts";
import type { KnownAddress } from "./domain/change-event.ts";
import { comparePage, takeUnchangedPage } from "./domain/list-comparison.ts";
import { nextStep } from "./domain/list-end.ts";
import { packRows, type Row } from "./domain/packed-rows.ts";
import { lookUpAddresses } from "./invoice-addresses.ts";
import { findTotal } from "./list-total.ts";
import type { Answer, MasterList, ParsedList } from "./master-list.ts";
import type { Poller } from "./poller.ts";
import { finishScan } from "./scan-finish.ts";
import { beginScan, comparisonOf, type Scan, type ScanEnd, storePages, tell } from "./scan-state.ts";
import type { ListState } from "./snapshot-store.ts";
import type { Turn } from "./turn.ts";

/**
 * Reads one list page by page, publishes what its readers do not know yet, and remembers it. Each page is published
 * before it counts as done: a crash repeats events, it never skips one.
 * @throws Failure LEASE_LOST, KAFKA_UNAVAILABLE, or what pg throws
 */
export async function scanList<Value>(
  poller: Poller,
  turn: Turn,
  known: { readonly list: MasterList<Value>; readonly state: ListState },
): Promise<ScanEnd> {
  const scan = await beginScan(poller, turn, known);
  const top = poller.limits.pageRows;
  for (;;) {
    const step = nextStep({ pages: scan.pages, top, knowledge: scan.knowledge, now: poller.now() });
    if (step.kind === "end") return await finishScan(poller, scan, step);

    const checkpoint = await turn.checkpoint();
    if (checkpoint === "stop") return { kind: "stopped" };
    if (checkpoint === "yield") {
      await storePages(poller, scan);
      return { kind: "unfinished" };
    }
    const taken = await readPage(poller, scan, { skip: step.skip, top });
    if (taken.kind === "failed") return taken;
  }
}

/** Reads a page and deals with it; what is done by then is kept where nothing more is to come, and for a resync. */
async function readPage<Value>(
  poller: Poller,
  scan: Scan<Value>,
  place: { readonly skip: number; readonly top: number },
): Promise<Answer<null>> {
  const { turn, list } = scan;
  const page = await turn.ask(() => list.fetchPage(place));
  const taken = page.kind === "ok" ? await takePage(poller, scan, page.value) : page;
  if (page.kind === "ok") freeMemory(page.value);
  turn.answerDone();
  // Of a resync people look how far it is, and whoever goes on after a crash tells none of its rows again.
  if (taken.kind === "failed" || scan.resync !== null) await storePages(poller, scan);
  return taken;
}

async function takePage<Value>(poller: Poller, scan: Scan<Value>, body: Buffer): Promise<Answer<null>> {
  const number = scan.pages.length;
  const bodyHash = hash("sha256", body, "buffer");
  const known = scan.knownPages[number];
  if (known?.hash?.equals(bodyHash)) {
    if (scan.comparison !== null) takeUnchangedPage(scan.comparison, number);
    scan.pages.push({ hash: bodyHash, rows: known.rows, fresh: known.rows, compared: null });
    return DONE;
  }
  const earlier = scan.pages.find((page) => page.hash?.equals(bodyHash));
  if (earlier !== undefined) {
    scan.pages.push({ hash: null, rows: earlier.rows, fresh: 0, compared: packRows([]) });
    return DONE;
  }
  const reading = scan.list.read(body);
  if (reading.kind === "failed") return reading;

  const { rows, listed, repeated, isRepeat } = await takeRows(poller, scan, reading.value);
  scan.pages.push({
    // Rows that an earlier page had are not remembered with this one, so its bytes do not stand for its rows.
    hash: repeated > 0 ? null : bodyHash,
    rows: listed,
    fresh: isRepeat ? 0 : listed - repeated,
    compared: packRows(rows),
  });
  if (scan.head === null) {
    // A server that gives more than was asked gives all it has: that much again for each question would tell nothing.
    if (number === 0 && listed === poller.limits.pageRows)
      scan.total = await findTotal(scan.turn, scan.list, { known: listed, exactTo: listed });
    await storePages(poller, scan);
  }
  return DONE;
}

/** Compares the rows of a page and publishes what changed, block by block. */
async function takeRows<Value>(
  poller: Poller,
  scan: Scan<Value>,
  blocks: Iterable<ParsedList<Value>>,
): Promise<{
  readonly rows: readonly Row[];
  readonly listed: number;
  readonly repeated: number;
  /** Whether every row that could be read had been shown before. */
  readonly isRepeat: boolean;
}> {
  const number = scan.pages.length;
  const taken: Row[] = [];
  let listed = 0;
  let readable = 0;
  let repeated = 0;
  for (const { observations, unreadable } of blocks) {
    const page = comparePage(await comparisonOf(poller, scan), number, {
      observations,
      unreadableIds: unreadable.map(({ id }) => id),
    });
    const addresses: ReadonlyMap<string, KnownAddress> =
      scan.head === null ? new Map() : await lookUpAddresses(scan.turn, scan.list, page.changes);
    await tell(poller, scan, { changes: page.changes, addresses, gone: [], unreadable });
    taken.push(...page.rows);
    listed += observations.length + unreadable.length;
    readable += observations.length;
    repeated += page.repeated;
  }
  return { rows: taken, listed, repeated, isRepeat: repeated > 0 && repeated === readable };
}

/** The memory of a large answer goes back at once: left to the collector, it would stand beside the next one. */
function freeMemory(body: Buffer): void {
  const { buffer } = body;
  if (body.length > LARGE_PAGE_BYTES && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

const DONE: Answer<null> = { kind: "ok", value: null };
