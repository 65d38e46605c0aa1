import { inTransaction, type Pool } from "../../shared/postgres.ts";
import { deleteOtherSessions, type Session } from "../access/session-store.ts";
import { actorOf } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";

/** Signs a person out everywhere but here. @returns of how many places */
export function endOtherSessions(pool: Pool, session: Session): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const sessions = await deleteOtherSessions(tx, session);
    const { tenantId } = session;
    if (sessions > 0)
      await recordAct(tx, {
        tenantId,
        actor: actorOf(session),
        act: "SESSIONS_ENDED",
        details: { sessions },
      });
    return sessions;
  });
}
