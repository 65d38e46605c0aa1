import { inTransaction, type Pool } from "../../shared/postgres.ts";
import type { Unit4 } from "../../shared/unit4/client.ts";
import type { Session } from "../access/session-store.ts";
import { actorOf, isOpenTo } from "../access/visit.ts";
import { recordAct, signature } from "../parts/audit-store.ts";
import { newSecret } from "../parts/hashed-secret.ts";
import { inTenant } from "../parts/tenant-scope.ts";
import { insertConnectAttempt, takeConnectAttempt } from "./attempt-acts.ts";

export type ConnectingTools = {
  readonly pool: Pool;
  readonly unit4: Pick<Unit4, "authorizeUrl" | "exchangeCode" | "storeConnection" | "administrationsOf">;
  /** Registered with Unit4 character for character. */
  readonly redirectUri: string;
};

/** Begins a login at Unit4 (rule A3). @returns the address of Unit4's own login page */
export async function beginConnecting(
  { pool, unit4, redirectUri }: ConnectingTools,
  begun: { readonly session: Session; readonly tenantId: string },
): Promise<string> {
  const state = newSecret();
  const { session, tenantId } = begun;
  await insertConnectAttempt(pool, { state, sessionHash: session.idHash, tenantId });
  return unit4.authorizeUrl({ redirectUri, state });
}

/** What Unit4 sent the person back with. */
export type ConnectAnswer = {
  readonly state: string;
  readonly code: string | null;
  readonly error: string | null;
};

export type ConnectingResult =
  | { readonly kind: "connected"; readonly tenantId: string; readonly isActive: boolean }
  /** No login of this session is on its way with this state: forged, used, too old, or begun elsewhere. */
  | { readonly kind: "state-unknown" }
  /** The person cancelled, or Unit4 gave no access. */
  | { readonly kind: "denied"; readonly tenantId: string }
  | { readonly kind: "code-refused"; readonly tenantId: string }
  | { readonly kind: "client-refused"; readonly tenantId: string }
  | { readonly kind: "unavailable"; readonly tenantId: string }
  /** The login does not show the administration that the active tenant keeps: its connection stays as it was (case O36). */
  | { readonly kind: "administration-not-shown"; readonly tenantId: string };

/**
 * Ends a login at Unit4: the code becomes the tenant's connection. The state is taken first and works once, whatever
 * follows; it belongs to this session, and the session must still be one for that tenant. An active tenant keeps its
 * connection until the new login has shown that it may use the tenant's administration (case O36).
 */
export async function finishConnecting(
  { pool, unit4, redirectUri }: ConnectingTools,
  session: Session,
  answer: ConnectAnswer,
): Promise<ConnectingResult> {
  const tenantId = await takeConnectAttempt(pool, { state: answer.state, sessionHash: session.idHash });
  if (tenantId === null || !isOpenTo(session, tenantId)) return { kind: "state-unknown" };
  if (answer.code === null || answer.error !== null) return { kind: "denied", tenantId };
  const exchanged = await unit4.exchangeCode({ code: answer.code, redirectUri });
  if (exchanged.kind !== "ok") return { kind: exchanged.kind, tenantId };
  const kept = await keptAdministration(pool, tenantId);
  if (kept !== null) {
    const shown = await unit4.administrationsOf({ tenantId, token: exchanged.tokens.accessToken });
    if (shown.kind !== "ok") return { kind: "unavailable", tenantId };
    if (!shown.value.some(({ name }) => name === kept)) return { kind: "administration-not-shown", tenantId };
  }
  const actor = actorOf(session);
  // As the console's own role: tokens are out of a tenant's scope.
  await inTransaction(pool, async (tx) => {
    await unit4.storeConnection(tx, { tenantId, tokens: exchanged.tokens, by: signature(actor) });
    await recordAct(tx, { tenantId, actor, act: "CONNECTED" });
  });
  return { kind: "connected", tenantId, isActive: kept !== null };
}

/** The administration of an active tenant; null where it is not active, and may choose. */
function keptAdministration(pool: Pool, tenantId: string): Promise<string | null> {
  return inTenant(pool, tenantId, async (tx) => {
    const { rows } = await tx.query<{ administration: string | null }>(
      "select administration from integration.tenants where tenant_id = $1 and status = 'active'",
      [tenantId],
    );
    return rows[0]?.administration ?? null;
  });
}
