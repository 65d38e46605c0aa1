import { OPEN_LETTERS } from "../../shared/operations/domain/letter-states.ts";
import type { Queryable } from "../../shared/postgres.ts";

type LetterOfRecord = { readonly tenantId: string | null; readonly key: Buffer | null };

/** Records of which some letter is still open, as `tenantId key`, the key in base64. */
export async function recordsStillOpen(
  db: Queryable,
  letters: readonly LetterOfRecord[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ tenantId: string; key: Buffer }>(
    `select distinct given.tenant_id as "tenantId", given.key from unnest($1::text[], $2::bytea[]) given (tenant_id, key)
     where exists (select from log.dead_letters letter where letter.tenant_id = given.tenant_id
       and md5(letter.key) = md5(given.key) and letter.state in ${OPEN_LETTERS})`,
    [letters.map(({ tenantId }) => tenantId), letters.map(({ key }) => key)],
  );
  return new Set(rows.map(({ tenantId, key }) => `${tenantId} ${key.toString("base64")}`));
}
