import { type Connection, inTransaction, type Pool } from "../../shared/postgres.ts";
import { findTenants } from "../../shared/tenants.ts";
import { type Actor, recordAct } from "../parts/audit-store.ts";
import {
  countPausedKeys,
  deleteSessionsOf,
  erasePerson,
  insertInvitation,
  type LockedUser,
  lockUser,
  movePerson,
  type Place,
  setBlocked,
} from "./account-acts.ts";

/** The operator who acts. */
export type Operator = { readonly userId: number; readonly actor: Actor };

/** Why an act on a person was not done. */
export type UserRefusal =
  /** There is no such person. */
  | "unknown-user"
  | "unknown-tenant"
  /** Somebody with this address is known already. */
  | "known-address"
  /** Nobody shuts themselves out. */
  | "yourself"
  /** The provider of the accounts says where this person belongs. */
  | "provider-decides";

export type UserResult =
  | { readonly kind: "done"; readonly userId: number }
  | { readonly kind: "refused"; readonly why: UserRefusal };

const refused = (why: UserRefusal): UserResult => ({ kind: "refused", why });

/** Lets the owner of an address in from their next sign-in. */
export function inviteUser(
  pool: Pool,
  invitation: { readonly operator: Operator; readonly email: string; readonly place: Place },
): Promise<UserResult> {
  const { operator, email, place } = invitation;
  return inTransaction(pool, async (tx) => {
    if (!(await isTenantKnown(tx, place))) return refused("unknown-tenant");
    const userId = await insertInvitation(tx, email, place);
    if (userId === null) return refused("known-address");
    const details = { user: email, userId, role: place.role };
    await recordAct(tx, { tenantId: place.tenantId, actor: operator.actor, act: "USER_INVITED", details });
    return { kind: "done", userId };
  });
}

/** Gives a person another role or tenant, at once. */
export function moveUser(
  pool: Pool,
  change: { readonly operator: Operator; readonly userId: number; readonly place: Place },
): Promise<UserResult> {
  const { operator, place } = change;
  return onPerson(pool, change, async (tx, user) => {
    if (user.userId === operator.userId) return refused("yourself");
    if (user.managedBy === "provider") return refused("provider-decides");
    if (!(await isTenantKnown(tx, place))) return refused("unknown-tenant");
    await movePerson(tx, user.userId, place);
    const details = {
      ...named(user),
      role: place.role,
      roleBefore: user.role,
      tenantBefore: user.tenantId ?? "",
      pausedKeys: await countPausedKeys(tx, user.userId),
    };
    await recordAct(tx, { tenantId: place.tenantId, actor: operator.actor, act: "USER_CHANGED", details });
    return null;
  });
}

type OnUser = { readonly operator: Operator; readonly userId: number };

/** Shuts a person out at once: their sessions end, and keys that they answer for stand still. */
export function blockUser(pool: Pool, { operator, userId }: OnUser): Promise<UserResult> {
  return onPerson(pool, { userId }, async (tx, user) => {
    if (user.userId === operator.userId) return refused("yourself");
    if (user.isBlocked) return null;
    await setBlocked(tx, userId, true);
    const sessions = await deleteSessionsOf(tx, userId);
    await note(tx, operator, user, {
      act: "USER_BLOCKED",
      details: { sessions, pausedKeys: await countPausedKeys(tx, userId) },
    });
    return null;
  });
}

export function unblockUser(pool: Pool, { operator, userId }: OnUser): Promise<UserResult> {
  return onPerson(pool, { userId }, async (tx, user) => {
    if (!user.isBlocked) return null;
    await setBlocked(tx, userId, false);
    await note(tx, operator, user, { act: "USER_UNBLOCKED" });
    return null;
  });
}

/** Signs a person out everywhere; they may sign in again. */
export function endSessions(pool: Pool, { operator, userId }: OnUser): Promise<UserResult> {
  return onPerson(pool, { userId }, async (tx, user) => {
    const sessions = await deleteSessionsOf(tx, userId);
    if (sessions > 0) await note(tx, operator, user, { act: "USER_SIGNED_OUT", details: { sessions } });
    return null;
  });
}

/**
 * Erases a person's name and address (rule A15); the audit log keeps what they did under an id. Who comes back by the provider's word
 * is somebody new.
 */
export function removeUser(pool: Pool, { operator, userId }: OnUser): Promise<UserResult> {
  return onPerson(pool, { userId }, async (tx, user) => {
    if (user.userId === operator.userId) return refused("yourself");
    await erasePerson(tx, userId);
    const details = { user: `user:${userId}` };
    await recordAct(tx, { tenantId: user.tenantId, actor: operator.actor, act: "USER_REMOVED", details });
    return null;
  });
}

/** An act on a person who is there. @param act gives null when it was done */
function onPerson(
  pool: Pool,
  { userId }: { readonly userId: number },
  act: (tx: Connection, user: LockedUser) => Promise<UserResult | null>,
): Promise<UserResult> {
  return inTransaction(pool, async (tx) => {
    const user = await lockUser(tx, userId);
    if (user === null) return refused("unknown-user");
    return (await act(tx, user)) ?? { kind: "done", userId };
  });
}

const note = (
  tx: Connection,
  { actor }: Operator,
  user: LockedUser,
  { act, details = {} }: { readonly act: string; readonly details?: object },
): Promise<void> =>
  recordAct(tx, { tenantId: user.tenantId, actor, act, details: { ...named(user), ...details } });

const named = ({ userId, email, name }: LockedUser) => ({ user: email || name, userId });

const isTenantKnown = async (tx: Connection, { tenantId }: Place): Promise<boolean> =>
  tenantId === null || (await findTenants(tx, [tenantId])).has(tenantId);
