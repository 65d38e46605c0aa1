import { Failure } from "../../domain/failure.ts";
import { LEASE_ENDED, type Lease, type LeaseTerms, leaseTaken } from "../../lease.ts";
import type { Queryable } from "../../postgres.ts";
import { DATA_KEYS, dataKeyFor, keysFrom, type StoredKeys } from "./data-keys.ts";
import type { Secret } from "./secret.ts";
import type { TokenCipher, TokenPlace } from "./token-cipher.ts";
import type { ConnectionTokens, Tokens } from "./token-endpoint.ts";

/** A tenant's connection as the registry has it. Times are spans on the database's clock: no process's own counts. */
export type StoredConnection = {
  readonly isRevoked: boolean;
  readonly accessToken: Secret | null;
  /** The access token as stored: names this very one in `forgetPreviousToken`. */
  readonly sealedAccessToken: Buffer | null;
  /** Opened when it is asked for, as the previous one is: most calls need neither. @throws Failure as TokenCipher.open */
  readonly refreshToken: Secret | null;
  /** The refresh token as stored: names this very one in a compare-and-set. */
  readonly sealedRefreshToken: Buffer | null;
  /** Kept until the access token that came with the newer one has worked. */
  readonly previousRefreshToken: Secret | null;
  readonly hasPrevious: boolean;
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
  readonly data_keys: StoredKeys;
};

/** Of a connection under this very name. */
const COLUMNS = `state, access_token, refresh_token, previous_refresh_token,
  coalesce(extract(epoch from expires_at - clock_timestamp()) * 1000, -1)::float8 as expires_in_ms,
  coalesce(extract(epoch from expires_at - refreshed_at) * 1000, 0)::float8 as life_ms,
  greatest(coalesce(extract(epoch from parked_until - clock_timestamp()) * 1000, 0), 0)::float8 as rest_ms,
  ${DATA_KEYS} as data_keys`;

/** The connection of a tenant; null when it was never connected. @throws Failure as TokenCipher.open */
export async function readConnection(
  db: Queryable,
  cipher: TokenCipher,
  tenantId: string,
): Promise<StoredConnection | null> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from integration.connections connection where tenant_id = $1`,
    [tenantId],
  );
  return rows[0] === undefined ? null : opened(rows[0], cipher, tenantId);
}

/** The right to renew a tenant's token, with the connection as it was when it was given. */
export type RenewalLease = Lease & { readonly stored: StoredConnection };

/** Takes the right to renew: one process at a time. @returns null when another one has it, or there is no connection */
export async function leaseRenewal(
  db: Queryable,
  cipher: TokenCipher,
  wanted: LeaseTerms & { readonly tenantId: string },
): Promise<RenewalLease | null> {
  const { tenantId, leaseMs, by } = wanted;
  const { rows } = await db.query<Row & { token: number }>(
    `update integration.connections connection
     set ${leaseTaken("connection", { leaseMs: "$2", by: "$3" })}
     where tenant_id = $1 and lease_until <= now()
     returning ${COLUMNS}, lease_token as token`,
    [tenantId, leaseMs, by],
  );
  const [row] = rows;
  return row === undefined ? null : { tenantId, token: row.token, stored: opened(row, cipher, tenantId) };
}

/** Gives the right to renew back. */
export async function endRenewal(db: Queryable, { tenantId, token }: Lease): Promise<void> {
  await db.query(
    `update integration.connections set ${LEASE_ENDED} where tenant_id = $1 and lease_token = $2`,
    [tenantId, token],
  );
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

/**
 * Keeps renewed tokens and ends the lease.
 * @returns whether they were; not when somebody else's are there already, or the tenant is removed
 */
export async function saveRenewal(
  db: Queryable,
  cipher: TokenCipher,
  renewed: RenewedConnection,
): Promise<boolean> {
  const { tenantId, tokens, used } = renewed;
  const key = await dataKeyFor(db, cipher, tenantId);
  if (key === null) return false;
  const isRotated = tokens.refreshToken !== null && tokens.refreshToken.reveal() !== used.reveal();
  const { rowCount } = await db.query(
    `update integration.connections
     set access_token = $3, refresh_token = $4, previous_refresh_token = $5, state = 'connected',
       refreshed_at = clock_timestamp(), expires_at = clock_timestamp() + $6 * interval '1 millisecond',
       ${LEASE_ENDED}
     where tenant_id = $1 and refresh_token = $2`,
    [
      tenantId,
      renewed.sealedBefore,
      cipher.seal(tokens.accessToken, { tenantId, column: "access_token" }, key),
      cipher.seal(tokens.refreshToken ?? used, { tenantId, column: "refresh_token" }, key),
      isRotated ? cipher.seal(used, { tenantId, column: "previous_refresh_token" }, key) : null,
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

/**
 * Keeps a new connection in place of an earlier one, whose renewal ends; a rest that Unit4 asked for stays.
 * @param by who connected
 * @throws Failure TENANT_UNKNOWN when the tenant is removed
 */
export async function insertConnection(
  db: Queryable,
  cipher: TokenCipher,
  connection: { readonly tenantId: string; readonly tokens: ConnectionTokens; readonly by: string },
): Promise<void> {
  const { tenantId, tokens, by } = connection;
  const key = await dataKeyFor(db, cipher, tenantId);
  if (key === null) throw new Failure("TENANT_UNKNOWN", `Tenant ${tenantId} is removed or was never there.`);
  await db.query(
    `insert into integration.connections as connection
       (tenant_id, access_token, refresh_token, refreshed_at, expires_at, connected_by)
     values ($1, $2, $3, clock_timestamp(), clock_timestamp() + $4 * interval '1 millisecond', $5)
     on conflict (tenant_id) do update
     set access_token = excluded.access_token, refresh_token = excluded.refresh_token, previous_refresh_token = null,
       refreshed_at = excluded.refreshed_at, expires_at = excluded.expires_at, state = 'connected',
       connected_at = now(), connected_by = excluded.connected_by,
       lease_token = connection.lease_token + 1, lease_until = '-infinity', leased_by = ''`,
    [
      tenantId,
      cipher.seal(tokens.accessToken, { tenantId, column: "access_token" }, key),
      cipher.seal(tokens.refreshToken, { tenantId, column: "refresh_token" }, key),
      tokens.expiresInMs,
      by,
    ],
  );
}

function opened(row: Row, cipher: TokenCipher, tenantId: string): StoredConnection {
  const keys = keysFrom(row.data_keys);
  const open = (sealed: Buffer | null, column: TokenPlace["column"]): Secret | null =>
    sealed === null ? null : cipher.open(sealed, { tenantId, column }, keys);
  return {
    isRevoked: row.state === "revoked",
    accessToken: open(row.access_token, "access_token"),
    sealedAccessToken: row.access_token,
    get refreshToken() {
      return open(row.refresh_token, "refresh_token");
    },
    sealedRefreshToken: row.refresh_token,
    hasPrevious: row.previous_refresh_token !== null,
    get previousRefreshToken() {
      return open(row.previous_refresh_token, "previous_refresh_token");
    },
    expiresInMs: row.expires_in_ms,
    lifeMs: row.life_ms,
    restMs: row.rest_ms,
  };
}
