import { z } from "zod";
import { renderMessage } from "../../shared/domain/message-catalogue.ts";
import { Refusal } from "../access/refusals.ts";
import { tenantVisit } from "../access/visit.ts";
import { connectionHealth } from "../connection/queries.ts";
import { loadingOf } from "../loading/queries.ts";
import { MESSAGE_KINDS, MESSAGE_TABLES } from "../log/domain/message-filter.ts";
import { type FeedChoice, type FeedPlace, messageFeed } from "../log/feed-queries.ts";
import type { App } from "../parts/web-app.ts";
import { openBrakes } from "../status/brake-queries.ts";
import { tenantState } from "../status/state-queries.ts";
import { countArchivedWhileOff } from "../workorders/while-off-queries.ts";
import { FIELDS } from "./domain/api-fields.ts";
import { described, forKeys, ROOT, tenantParams } from "./operation.ts";
import { PROBLEMS } from "./problems.ts";

const moment = z.iso.datetime().nullable();

const status = z.object({
  tenantId: z.string(),
  name: z.string(),
  status: z.enum(["active", "inactive"]),
  activeSince: moment,
  administration: z.string().nullable(),
  connection: z.object({
    state: z.enum(["none", "connected", "revoked", "client_refused"]),
    connectedAt: moment,
    parkedUntil: moment,
  }),
  lastScanAt: moment,
  lastChangeAt: moment,
  loading: z.array(
    z.object({ entity: z.string(), done: z.int(), total: z.int().nullable(), finishedAt: moment }),
  ),
  orders: z.object({ waiting: z.int(), unknown: z.int(), oldestAt: moment, lastWrittenAt: moment }),
  messages: z.object({ errors: z.int(), warnings: z.int() }),
  openBrakes: z.int(),
  archivedWhileOff: z.int(),
});

const messages = z.object({
  messages: z.array(
    z.object({
      kind: z.string().describe(FIELDS.kind),
      table: z.string().describe(FIELDS.table),
      code: z.string(),
      text: z.string(),
      action: z.string(),
      recordId: z.string(),
      recordName: z.string(),
      count: z.int(),
      firstAt: z.iso.datetime(),
      lastAt: z.iso.datetime(),
      closedAt: moment,
    }),
  ),
  next: z.string().nullable().describe(FIELDS.next),
});

/** How a tenant's integration stands, for its programs. */
export function stateApi(api: App): void {
  api.get(
    `${ROOT}/status`,
    {
      config: forKeys("read"),
      schema: {
        ...described("readStatus", "state"),
        params: tenantParams,
        response: { 200: status.describe("How it stands."), ...PROBLEMS },
      },
    },
    async (request) => {
      const { tenantId, tenantName, tenantStatus, inTenant } = tenantVisit(request);
      return inTenant(async (tx) => {
        const state = await tenantState(tx, tenantId);
        if (state === null) throw new Refusal("NOT_FOUND");
        const health = await connectionHealth(tx, tenantId);
        const loading = await loadingOf(tx, tenantId);
        return {
          tenantId,
          name: tenantName,
          status: tenantStatus,
          activeSince: iso(state.activeSince),
          administration: state.administration,
          connection: {
            state: health.state,
            connectedAt: iso(health.connectedAt),
            parkedUntil: iso(health.parkedUntil),
          },
          lastScanAt: iso(state.lastScanAt),
          lastChangeAt: iso(state.lastChangeAt),
          loading: loading.map(({ entity, done, total, finishedAt }) => ({
            entity,
            done,
            total,
            finishedAt: iso(finishedAt),
          })),
          orders: {
            waiting: state.waiting,
            unknown: state.unknown,
            oldestAt: iso(state.oldestAt),
            lastWrittenAt: iso(state.lastWrittenAt),
          },
          messages: { errors: state.errors, warnings: state.warnings },
          openBrakes: (await openBrakes(tx, tenantId)).length,
          archivedWhileOff: await countArchivedWhileOff(tx, tenantId),
        };
      });
    },
  );

  api.get(
    `${ROOT}/messages`,
    {
      config: forKeys("read"),
      schema: {
        ...described("listMessages", "state"),
        params: tenantParams,
        querystring: z.object({
          kind: z.enum(MESSAGE_KINDS).optional().describe(FIELDS.kind),
          table: z.enum(MESSAGE_TABLES).optional().describe(FIELDS.table),
          state: z.enum(["open", "closed"]).optional().describe(FIELDS.openOrClosed),
          recordId: z.string().max(200).default("").describe(FIELDS.recordId),
          cursor: z
            .string()
            .regex(/^\d{1,16}\.\d{1,15}$/)
            .optional()
            .describe(FIELDS.cursor),
        }),
        response: { 200: messages.describe("A page of messages."), ...PROBLEMS },
      },
    },
    async (request) => {
      const { tenantId, language, inTenant } = tenantVisit(request);
      const { kind = "", table = "", state = "", recordId, cursor } = request.query;
      const choice: FeedChoice = {
        kind,
        table,
        state,
        recordId,
        after: cursor === undefined ? null : placeFrom(cursor),
      };
      const { messages: found, next } = await inTenant((tx) => messageFeed(tx, tenantId, choice));
      return {
        messages: found.map((one) => ({
          kind: one.kind,
          table: one.table,
          code: one.code,
          ...renderMessage(one.code, one.params, language),
          recordId: one.recordId,
          recordName: one.recordName,
          count: one.count,
          firstAt: one.firstAt.toISOString(),
          lastAt: one.lastAt.toISOString(),
          closedAt: iso(one.closedAt),
        })),
        next: next === null ? null : `${next.lastUs}.${next.id}`,
      };
    },
  );
}

function placeFrom(cursor: string): FeedPlace {
  const [lastUs, id] = cursor.split(".").map(Number);
  return { lastUs: lastUs ?? 0, id: id ?? 0 };
}

const iso = (at: Date | number | null): string | null => (at === null ? null : new Date(at).toISOString());
