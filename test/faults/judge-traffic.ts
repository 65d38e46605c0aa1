import type { AuditedRequest } from "../../infra/sandbox/multivers/audit/audit-entry.ts";
import { type Evidence, isOrderPost } from "./evidence.ts";

/** How the traffic was. */
export type Traffic = {
  /** Share of requests that only repeat an earlier one. */
  readonly retryShare: number;
  readonly violations: readonly string[];
};

/** Google's SRE book: retries stay below this share of a client's requests. */
const MOST_RETRIES = 0.1;
/** Below so many requests a share says nothing. */
const ENOUGH_REQUESTS = 200;
/** Of one look-up. One that was answered by 401 was none: it says that nothing was done, and the token is renewed once. */
const MOST_TRIES = 3;
/** Clocks of the database and the sandbox are the same; their readings are rounded to a millisecond. */
const ROUNDING_MS = 2;
/** So long after a 429 another process may still send what it had begun: it reads of the rest before each call. */
const SPREADING_MS = 100;
/** A token is renewed when less than a fifth of its life is left. */
const RENEWED_AFTER_SHARE = 0.8;

/** Judges I8 (written down before it is sent), I11 (one at a time, no call in a rest), I12 (retries), I13 (renewals). */
export function judgeTraffic(evidence: Evidence): Traffic {
  const posts = evidence.requests.filter(isOrderPost);
  const retries = countRetries(evidence.requests, posts);
  const retryShare = evidence.requests.length === 0 ? 0 : retries.count / evidence.requests.length;
  const isTooMany = evidence.requests.length >= ENOUGH_REQUESTS && retryShare > MOST_RETRIES;
  return {
    retryShare,
    violations: [
      ...unannounced(evidence, posts),
      ...overlapping(posts, evidence.freezes),
      ...duringRest(evidence),
      ...(isTooMany ? [`I12: ${(retryShare * 100).toFixed(1)} % of the requests are retries`] : []),
      ...retries.tooOften,
      ...surplusRenewals(evidence),
    ],
  };
}

/** The n-th time that an order reaches Unit4 at least n attempts are in the ledger; after a 401 it comes once more. */
function unannounced(evidence: Evidence, posts: readonly AuditedRequest[]): readonly string[] {
  const attempts = Map.groupBy(
    evidence.attempts,
    ({ tenantId, workorderId }) => `${tenantId}/${workorderId}`,
  );
  const workorders = new Map(
    evidence.requested.map((one) => [
      `${evidence.databases.get(one.tenantId)} ${one.reference}`,
      `${one.tenantId}/${one.workorderId}`,
    ]),
  );
  const sent = Map.groupBy(
    posts.filter(({ status }) => status !== 401),
    ({ database, reference }) => `${database} ${reference}`,
  );
  return [...sent].flatMap(([place, ofOrder]) => {
    const known = attempts.get(workorders.get(place) ?? "") ?? [];
    const isAnnounced = (post: AuditedRequest, index: number): boolean =>
      (known[index]?.startedAtMs ?? Number.POSITIVE_INFINITY) <= post.atMs + ROUNDING_MS;
    return evidence.losesTransactions || ofOrder.every(isAnnounced)
      ? []
      : [`I8: ${place} was sent without an attempt in the ledger`];
  });
}

/**
 * Rule of the lanes: of one administration at most one order is under way. A process that stands still cannot let go of its
 * request; once its lease has passed another one goes on.
 */
function overlapping(posts: readonly AuditedRequest[], freezes: Evidence["freezes"]): readonly string[] {
  const wasFrozen = (before: AuditedRequest, atMs: number): boolean =>
    freezes.some(
      ({ fromMs, leaseMs }) =>
        before.atMs <= fromMs && fromMs <= (before.endedAtMs ?? 0) && atMs >= before.atMs + leaseMs,
    );
  const last = new Map<string, AuditedRequest>();
  const violations: string[] = [];
  for (const post of posts) {
    const database = post.database ?? "";
    const before = last.get(database);
    last.set(database, post);
    if (
      before !== undefined &&
      (before.endedAtMs ?? 0) > post.atMs + ROUNDING_MS &&
      !wasFrozen(before, post.atMs)
    )
      violations.push(
        `I11: ${database} ${post.reference} was sent at ${timeOf(post.atMs)} while ${before.reference} was under way, from ${timeOf(before.atMs)} to ${timeOf(before.endedAtMs ?? 0)}`,
      );
  }
  return violations;
}

/** The emulator's clock, as in its log and in the history of a soak. */
const timeOf = (ms: number): string => new Date(ms).toISOString();

/** Nothing of a tenant comes in while it was asked to rest. */
function duringRest({ requests, askedRestMs }: Evidence): readonly string[] {
  const rests = new Map<
    string,
    { readonly asked: AuditedRequest; readonly fromMs: number; readonly untilMs: number }
  >();
  const violations: string[] = [];
  for (const request of requests) {
    const { database, atMs, endedAtMs, fault } = request;
    if (database === null) continue;
    const rest = rests.get(database);
    if (rest !== undefined && atMs > rest.fromMs + SPREADING_MS && atMs + ROUNDING_MS < rest.untilMs)
      violations.push(
        `I11: ${request.method} ${request.path} came at ${timeOf(atMs)}, in a rest until ${timeOf(rest.untilMs)} that ${rest.asked.method} ${rest.asked.path} was asked for`,
      );
    const restMs = askedRestMs.get(fault ?? "");
    if (restMs !== undefined && endedAtMs !== null)
      rests.set(database, { asked: request, fromMs: endedAtMs, untilMs: endedAtMs + restMs });
  }
  return violations;
}

function countRetries(requests: readonly AuditedRequest[], posts: readonly AuditedRequest[]) {
  const ofOrders = Map.groupBy(posts, ({ database, reference }) => `${database} ${reference}`);
  const repeatedPosts = posts.length - ofOrders.size;
  const lookUps = Map.groupBy(
    requests.filter(({ method, call }) => method === "GET" && call !== null),
    ({ call }) => call,
  );
  let repeatedGets = 0;
  const tooOften: string[] = [];
  for (const tries of lookUps.values()) {
    repeatedGets += tries.length - 1;
    const count = tries.filter(({ status }) => status !== 401).length;
    if (count > MOST_TRIES) tooOften.push(`I12: ${tries[0]?.path} was tried ${count} times in one look-up`);
  }
  return { count: repeatedPosts + repeatedGets, tooOften };
}

/** Over all processes a token is renewed once in its life. */
function surplusRenewals({ requests, tokenLifeMs, earlyRenewals }: Evidence): readonly string[] {
  const renewals = requests.filter(({ grant, status }) => grant === "refresh_token" && status === 200);
  const tooEarly = [...Map.groupBy(renewals, ({ owner }) => owner).values()].flatMap((ofOwner) =>
    ofOwner.filter((renewal, index) => {
      const before = ofOwner[index - 1];
      return before !== undefined && renewal.atMs - before.atMs < tokenLifeMs * RENEWED_AFTER_SHARE - 1_000;
    }),
  );
  if (tooEarly.length <= earlyRenewals) return [];
  return [`I13: ${tooEarly.length} renewals before their time, ${earlyRenewals} explained by faults`];
}
