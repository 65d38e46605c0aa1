import type pg from "pg";

/** First line of a migration that makes indexes of tables that grow. */
const BESIDE_LIVE_WORK = /^-- beside live work\r?\n/;
/** The one kind of statement that such a migration may have: nothing else can be done again after it was cut off. */
const INDEX = /^create index concurrently if not exists (\w+)\s+on\s/;

/**
 * The statements of a migration that runs outside a transaction, so that nobody who writes has to wait for an index of millions of rows;
 * null where a migration is a transaction as all others are.
 * @throws Error for a statement that is none of making an index
 */
export function liveStatements(sql: string): readonly string[] | null {
  if (!BESIDE_LIVE_WORK.test(sql)) return null;
  const statements = sql
    .replaceAll(/--.*$/gm, "")
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
  const other = statements.find((statement) => !INDEX.test(statement));
  if (other !== undefined)
    throw new Error(`A migration beside live work makes indexes concurrently, and nothing else: ${other}`);
  return statements;
}

/** Makes the indexes that are not there. One that was cut off is there and unusable: it is made anew. */
export async function makeIndexes(
  client: pg.Client,
  schema: string,
  statements: readonly string[],
): Promise<void> {
  for (const statement of statements) {
    const name = INDEX.exec(statement)?.[1] ?? "";
    if (await isUnusable(client, `${schema}.${name}`))
      await client.query(`drop index concurrently ${schema}.${name}`);
    await client.query(statement);
  }
}

async function isUnusable(client: pg.Client, index: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from pg_index where indexrelid = to_regclass($1) and not indisvalid",
    [index],
  );
  return rowCount === 1;
}
