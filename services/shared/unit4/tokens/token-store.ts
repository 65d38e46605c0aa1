import type { Queryable } from "../../postgres.ts";
import type { TokenCipher, TokenPlace } from "../token-cipher.ts";
import type { Secret } from "./secret.ts";
import type { ConnectionTokens, Tokens } from "./token-endpoint.ts";

/** A tenant's connection as the registry has it. Times are spans on the database's clock: no process's own counts. */
export type StoredConnection = {
  readonly isRevoked: boolean;
  readonly accessToken: Secret | null;
  /** The access token as stored: names this very one in `forgetPreviousToken`. */
  readonly sealedAccessToken: Buffer | null;
  readonly refreshToken: Secret | null;
  /** The refresh token as stored: names this very one in a compare-and-set. */
  readonly sealedRefreshToken: Buffer | null;
  /** Kept until the access token that came with the newer one has worked. */
  readonly previousRefreshToken: Secret | null;
  /** How long the access token is still valid, in milliseconds; negative when it is not. */
  readonly expiresInMs: number;
  /** How long it was valid when it was new, in milliseconds. */
  readonly lifeMs: number;
  /** How long the tenant still rests, in milliseconds; 0 when it does not. */
  readonly restMs: number;
};

type Row = {
  readonly state: string;
  readonly access_token: Buffer | null;
  readonly refresh_token: Buffer | null;
  readonly previous_refresh_token: Buffer | null;
  readonly expires_in_ms: number;
  readonly life_ms: number;
  readonly rest_ms: number;
};

const COLUMNS = `state, access_token, refresh_token, previous_refresh_token,
  coalesce(extract(epoch from expires_at - clock_timestamp()) * 1000, -1)::float8 as expires_in_ms,
  coalesce(extract(epoch from expires_at - refreshed_at) * 1000, 0)::float8 as life_ms,
  greatest(coalesce(extract(epoch from parked_until - clock_timestamp()) * 1000, 0), 0)::float8 as rest_ms`;

/** The connection of a tenant; null when it was never connected. @throws Failure as TokenCipher.open */
export async function readConnection(
  db: Queryable,
  cipher: TokenCipher,
  tenantId: string,
): Promise<StoredConnection | null> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from integration.connections where tenant_id = $1`,
    [tenantId],
  );
  return rows[0] === undefined ? null : opened(rows[0], cipher, tenantId);
}

/** The same, locked until the transaction ends: one renewal at a time, over all processes. */
export async function lockConnection(
  tx: Queryable,
  cipher: TokenCipher,
  tenantId: string,
): Promise<StoredConnection | null> {
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS} from integration.connections where tenant_id = $1 for no key update`,
    [tenantId],
  );
  return rows[0] === undefined ? null : opened(rows[0], cipher, tenantId);
}

/** What a renewal leaves. */
export type RenewedConnection = {
  readonly tenantId: string;
  readonly tokens: Tokens;
  /** The refresh token that was granted for: it stays until the new access token has worked. */
  readonly used: Secret;
  /** The stored refresh token at the time of the renewal: nothing is written when it is another one by now. */
  readonly sealedBefore: Buffer | null;
};

/** Keeps renewed tokens. @returns whether they were; not when somebody else's are there already */
export async function saveRenewal(
  db: Queryable,
  cipher: TokenCipher,
  renewed: RenewedConnection,
): Promise<boolean> {
  const { tenantId, tokens, used } = renewed;
  const isRotated = tokens.refreshToken !== null && tokens.refreshToken.reveal() !== used.reveal();
  const { rowCount } = await db.query(
    `update integration.connections
     set access_token = $3, refresh_token = $4, previous_refresh_token = $5, state = 'connected',
       refreshed_at = clock_timestamp(), expires_at = clock_timestamp() + $6 * interval '1 millisecond'
     where tenant_id = $1 and refresh_token = $2`,
    [
      tenantId,
      renewed.sealedBefore,
      cipher.seal(tokens.accessToken, { tenantId, column: "access_token" }),
      cipher.seal(tokens.refreshToken ?? used, { tenantId, column: "refresh_token" }),
      isRotated ? cipher.seal(used, { tenantId, column: "previous_refresh_token" }) : null,
      tokens.expiresInMs,
    ],
  );
  return rowCount === 1;
}

/** Notes that Unit4 ended the connection that has this refresh token; a newer one is left alone. */
export async function markRevoked(
  db: Queryable,
  tenantId: string,
  sealedRefreshToken: Buffer | null,
): Promise<void> {
  await db.query(
    `update integration.connections set state = 'revoked' where tenant_id = $1 and refresh_token = $2`,
    [tenantId, sealedRefreshToken],
  );
}

/** The access token has worked, so the refresh token before the newest is not needed any more. */
export async function forgetPreviousToken(
  db: Queryable,
  tenantId: string,
  sealedAccessToken: Buffer,
): Promise<void> {
  await db.query(
    `update integration.connections set previous_refresh_token = null where tenant_id = $1 and access_token = $2`,
    [tenantId, sealedAccessToken],
  );
}

/** Lets the tenant rest, in all processes; a longer rest that was asked for earlier stays. @param restMs from now on */
export async function parkConnection(db: Queryable, tenantId: string, restMs: number): Promise<void> {
  await db.query(
    `update integration.connections
     set parked_until = greatest(parked_until, clock_timestamp() + $2 * interval '1 millisecond') where tenant_id = $1`,
    [tenantId, restMs],
  );
}

/** Keeps a new connection in place of an earlier one; a rest that Unit4 asked for stays. @param by who connected */
export async function insertConnection(
  db: Queryable,
  cipher: TokenCipher,
  connection: { readonly tenantId: string; readonly tokens: ConnectionTokens; readonly by: string },
): Promise<void> {
  const { tenantId, tokens, by } = connection;
  await db.query(
    `insert into integration.connections as connection
       (tenant_id, access_token, refresh_token, refreshed_at, expires_at, connected_by)
     values ($1, $2, $3, clock_timestamp(), clock_timestamp() + $4 * interval '1 millisecond', $5)
     on conflict (tenant_id) do update
     set access_token = excluded.access_token, refresh_token = excluded.refresh_token, previous_refresh_token = null,
       refreshed_at = excluded.refreshed_at, expires_at = excluded.expires_at, state = 'connected',
       connected_at = now(), connected_by = excluded.connected_by`,
    [
      tenantId,
      cipher.seal(tokens.accessToken, { tenantId, column: "access_token" }),
      cipher.seal(tokens.refreshToken, { tenantId, column: "refresh_token" }),
      tokens.expiresInMs,
      by,
    ],
  );
}

function opened(row: Row, cipher: TokenCipher, tenantId: string): StoredConnection {
  const open = (sealed: Buffer | null, column: TokenPlace["column"]): Secret | null =>
    sealed === null ? null : cipher.open(sealed, { tenantId, column });
  return {
    isRevoked: row.state === "revoked",
    accessToken: open(row.access_token, "access_token"),
    sealedAccessToken: row.access_token,
    refreshToken: open(row.refresh_token, "refresh_token"),
    sealedRefreshToken: row.refresh_token,
    previousRefreshToken: open(row.previous_refresh_token, "previous_refresh_token"),
    expiresInMs: row.expires_in_ms,
    lifeMs: row.life_ms,
    restMs: row.rest_ms,
  };
}
