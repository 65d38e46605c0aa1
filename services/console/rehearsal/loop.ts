import { resolveArticleFilter } from "../../shared/domain/article-filter.ts";
import { createLoop, type Loop, type LoopContext } from "../../shared/loop.ts";
import type { Pool } from "../../shared/postgres.ts";
import { createTurns } from "../../shared/turns.ts";
import type { Unit4 } from "../../shared/unit4/client.ts";
import type { CallResult, Unit4Tenant } from "../../shared/unit4/http/errors.ts";
import { parseArticles } from "../../shared/unit4/master-data/articles.ts";
import { parseCustomers } from "../../shared/unit4/master-data/customers.ts";
import type { ListPage, ListRows } from "../../shared/unit4/reading/list-rows.ts";
import { notChecked } from "../settings/live-checks.ts";
import type { ConsoleTelemetry } from "../telemetry.ts";
import { type LeasedRehearsal, leaseRehearsal, saveRehearsal } from "./acts.ts";
import {
  isListEnd,
  nextCursor,
  type RehearsedRow,
  rehearsedArticle,
  rehearsedCustomer,
  rowLabel,
  tallied,
  unreadableRow,
} from "./domain/rehearsal.ts";
import type { Rehearsal } from "./queries.ts";

const LOOK_EVERY_MS = 500;
/** Longer than one page may take; after it another process goes on. */
const LEASE_MS = 120_000;
/** As the poller asks for them. */
const PAGE_ROWS = 1_000;

export type RehearsalUnit4 = Pick<Unit4, "fetchCustomerPage" | "fetchArticlePage" | "fetchArticleGroups">;

/** Rehearsals read at once: a slow Unit4 holds up its own. */
const AT_ONCE = 4;

/** Reads the lists of running rehearsals, a page at a time: memory stays flat, and a restart goes on where it was. */
export function createRehearsalLoop(
  context: LoopContext<"rehearsals">,
  options: {
    readonly pool: Pool;
    readonly unit4: RehearsalUnit4;
    readonly telemetry: ConsoleTelemetry;
    /** Name of this process on its leases. */
    readonly instance: string;
  },
): Loop {
  const { pool, unit4, telemetry } = options;
  const pages = createTurns<LeasedRehearsal>({
    now: context.now,
    onHeld: (error) => context.loops.turnsHeld("rehearsals", error),
    most: AT_ONCE,
    // The lease runs out, and the page is read once more.
    onFailed: telemetry.rehearsalPageFailed,
    onEnded: () => loop.wake(),
  });
  const loop = createLoop(context, {
    name: "rehearsals",
    everyMs: LOOK_EVERY_MS,
    lost: "Rehearsals no longer go on",
    beat: async () => {
      if (pages.room() === 0) return false;
      const rehearsal = await leaseRehearsal(pool, { leaseMs: LEASE_MS, by: options.instance });
      if (rehearsal === null) return false;
      pages.begin(rehearsal, async () => {
        await saveRehearsal(pool, rehearsal, await readPage(unit4, rehearsal));
      });
      return true;
    },
  });
  return {
    ...loop,
    isAlive: () => loop.isAlive() && pages.isAlive(),
    stop: async () => {
      await loop.stop();
      await pages.ended();
    },
  };
}

type Progress = Pick<Rehearsal, "state" | "cursor" | "counts" | "failure">;

/** Reads the next page and counts it. */
async function readPage(unit4: RehearsalUnit4, rehearsal: LeasedRehearsal): Promise<Progress> {
  const { cursor, counts } = rehearsal;
  const page = await (cursor.entity === "customers"
    ? customersOf(unit4, rehearsal)
    : articlesOf(unit4, rehearsal));
  if (page.kind !== "ok") {
    const { code, params } = notChecked(page);
    return { state: "failed", cursor, counts, failure: { code, params } };
  }
  const { rows, firstId } = page.value;
  const seen = { rows: rows.length, firstId };
  const next = nextCursor(cursor, seen);
  const tally = isListEnd(cursor, seen) ? counts[cursor.entity] : tallied(counts[cursor.entity], rows);
  return {
    state: next === null ? "done" : "running",
    cursor: next ?? cursor,
    counts: { ...counts, [cursor.entity]: tally },
    failure: null,
  };
}

type Page = { readonly rows: readonly RehearsedRow[]; readonly firstId: string };

async function customersOf(
  unit4: RehearsalUnit4,
  { tenantId, choices, cursor }: LeasedRehearsal,
): Promise<CallResult<Page>> {
  const page = { skip: cursor.skip, top: PAGE_ROWS };
  const fetched = await unit4.fetchCustomerPage({ tenantId, administration: choices.administration }, page);
  return pageOf(fetched, parseCustomers, ({ customerId }) => customerId, rehearsedCustomer);
}

async function articlesOf(
  unit4: RehearsalUnit4,
  { tenantId, choices, cursor }: LeasedRehearsal,
): Promise<CallResult<Page>> {
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
  fetched: CallResult<ListPage>,
  parse: (body: Buffer) => ListRows<Row>,
  idOf: (row: Row) => string,
  rehearsed: (row: Row) => RehearsedRow,
): CallResult<Page> {
  if (fetched.kind !== "ok") return fetched;
  const list = parse(fetched.value.body);
  if (list.kind === "unusable") return { kind: "unavailable", reason: list.reason };
  const [first] = list.rows;
  return {
    kind: "ok",
    value: {
      rows: [...list.rows.map(rehearsed), ...list.malformed.map(({ id }) => unreadableRow(id))],
      firstId: rowLabel(first === undefined ? (list.malformed[0]?.id ?? "") : idOf(first)),
    },
  };
}
