import { pause } from "../shared/clock.ts";
import { resolveArticleFilter } from "../shared/domain/article-filter.ts";
import { describeError, Failure } from "../shared/domain/failure.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import type { Unit4 } from "../shared/unit4/client.ts";
import type { Outcome, Unit4Tenant } from "../shared/unit4/http/errors.ts";
import type { ListPage, ListRows } from "../shared/unit4/list-rows.ts";
import { parseArticles } from "../shared/unit4/master-data/articles.ts";
import { parseCustomers } from "../shared/unit4/master-data/customers.ts";
import { leaseRehearsal, type Rehearsal, saveRehearsal } from "./queries/rehearsals.ts";
import {
  isListEnd,
  nextCursor,
  type RehearsedRow,
  rehearsedArticle,
  rehearsedCustomer,
  tallied,
  unreadableRow,
} from "./rehearsal/domain/rehearsal.ts";
import { notChecked } from "./settings/live-checks.ts";
import type { ConsoleTelemetry } from "./telemetry.ts";

const LOOK_EVERY_MS = 500;
const REST_MS = 5_000;
/** Longer than one page may take; after it another process goes on. */
const LEASE_MS = 120_000;
/** As the poller asks for them. */
const PAGE_ROWS = 1_000;

export type RehearsalUnit4 = Pick<Unit4, "fetchCustomerPage" | "fetchArticlePage" | "fetchArticleGroups">;

/** Rehearsals read at once: a slow Unit4 holds up its own. */
const AT_ONCE = 4;

/** Reads the lists of running rehearsals, a page at a time: memory stays flat, and a restart goes on where it was. */
export function rehearsalLoop(options: {
  readonly pool: Pool;
  readonly unit4: RehearsalUnit4;
  readonly telemetry: ConsoleTelemetry;
  readonly onFailure: (failure: Failure) => void;
}): Part {
  const { pool, unit4, telemetry } = options;
  const stopping = new AbortController();
  const turns = new Set<Promise<void>>();
  let pageRead = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      pageRead = new AbortController();
      const rehearsal = await lease();
      if (rehearsal === "down") await pause(REST_MS, stopping.signal);
      else if (rehearsal !== null) begin(rehearsal);
      else await pause(LOOK_EVERY_MS, AbortSignal.any([pageRead.signal, stopping.signal]));
    }
  };
  const lease = async (): Promise<LeasedRehearsal | "down" | null> => {
    if (turns.size >= AT_ONCE) return null;
    try {
      return await leaseRehearsal(pool, LEASE_MS);
    } catch (error) {
      noteOutage(error);
      return "down";
    }
  };
  const begin = (rehearsal: LeasedRehearsal): void => {
    const turn = readPage(unit4, rehearsal)
      .then((progress) => saveRehearsal(pool, { ...rehearsal, ...progress }))
      .catch(noteOutage)
      .catch(fail)
      .finally(() => {
        turns.delete(turn);
        pageRead.abort();
      });
    turns.add(turn);
  };
  /** Postgres that is down costs time only: the lease runs out, and the page is read once more. */
  const noteOutage = (error: unknown): void => {
    if (outageOf(error) === null) throw error;
    telemetry.loopFailed("rehearsal", describeError(error));
  };
  const fail = (error: unknown): void =>
    options.onFailure(
      new Failure("LOOP_ENDED", "Rehearsals no longer go on; the process must start again.", error),
    );
  return {
    name: "rehearsals",
    start: async () => {
      loop = run().catch(fail);
    },
    stop: async () => {
      stopping.abort();
      await loop;
      await Promise.all(turns);
    },
  };
}

type LeasedRehearsal = Rehearsal & { readonly tenantId: string };
type Progress = Pick<Rehearsal, "state" | "cursor" | "counts" | "trouble">;

/** Reads the next page and counts it. */
async function readPage(unit4: RehearsalUnit4, rehearsal: LeasedRehearsal): Promise<Progress> {
  const { cursor, counts } = rehearsal;
  const page = await (cursor.entity === "customers"
    ? customersOf(unit4, rehearsal)
    : articlesOf(unit4, rehearsal));
  if (page.kind !== "ok") {
    const { code, params } = notChecked(page);
    return { state: "failed", cursor, counts, trouble: { code, params } };
  }
  const { rows, firstId } = page.value;
  const seen = { rows: rows.length, firstId };
  const next = nextCursor(cursor, seen);
  const tally = isListEnd(cursor, seen) ? counts[cursor.entity] : tallied(counts[cursor.entity], rows);
  return {
    state: next === null ? "done" : "running",
    cursor: next ?? cursor,
    counts: { ...counts, [cursor.entity]: tally },
    trouble: null,
  };
}

type Page = { readonly rows: readonly RehearsedRow[]; readonly firstId: string };

async function customersOf(
  unit4: RehearsalUnit4,
  { tenantId, choices, cursor }: LeasedRehearsal,
): Promise<Outcome<Page>> {
  const page = { skip: cursor.skip, top: PAGE_ROWS };
  const fetched = await unit4.fetchCustomerPage({ tenantId, administration: choices.administration }, page);
  return pageOf(fetched, parseCustomers, ({ customerId }) => customerId, rehearsedCustomer);
}

async function articlesOf(
  unit4: RehearsalUnit4,
  { tenantId, choices, cursor }: LeasedRehearsal,
): Promise<Outcome<Page>> {
  const tenant: Unit4Tenant = { tenantId, administration: choices.administration };
  const groups = choices.articleGroups.length === 0 ? NO_GROUPS : await unit4.fetchArticleGroups(tenant);
  if (groups.kind !== "ok") return groups;
  const filter = resolveArticleFilter(
    { articleGroups: [...choices.articleGroups], articleTypes: [...choices.articleTypes] },
    groups.value.map(({ name, value }) => ({ groupId: name, name: value })),
    null,
  );
  const fetched = await unit4.fetchArticlePage(tenant, { skip: cursor.skip, top: PAGE_ROWS });
  return pageOf(
    fetched,
    parseArticles,
    ({ productId }) => productId,
    (row) => rehearsedArticle(row, filter),
  );
}

const NO_GROUPS = { kind: "ok", value: [] } as const;

function pageOf<Row>(
  fetched: Outcome<ListPage>,
  parse: (body: Buffer) => ListRows<Row>,
  idOf: (row: Row) => string,
  rehearsed: (row: Row) => RehearsedRow,
): Outcome<Page> {
  if (fetched.kind !== "ok") return fetched;
  const list = parse(fetched.value.body);
  if (list.kind === "unusable") return { kind: "unavailable", reason: list.reason };
  const [first] = list.rows;
  return {
    kind: "ok",
    value: {
      rows: [...list.rows.map(rehearsed), ...list.malformed.map(({ id }) => unreadableRow(id))],
      firstId: first === undefined ? (list.malformed[0]?.id ?? "") : idOf(first),
    },
  };
}
