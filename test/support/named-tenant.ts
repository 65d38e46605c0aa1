import { settingsOf } from "../../infra/deploy/topics.ts";
import { TOPICS, type Topic } from "../../schemas/topics.ts";
import { changeTopicSettings } from "../../services/shared/kafka/topic-settings.ts";
import { articleChanged, customerChanged, orderRequested } from "./records.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** Stands in every name and text of the tenant. */
export const NAME = "Zwartewaterland";
const TENANT = "bos";
/** A minute ago, so that it is before whatever happens now. */
const AT = Date.now() - 60_000;

const request = (workorderId: string) =>
  orderRequested(TENANT, workorderId, {
    workorderNumber: `WB-${workorderId}`,
    reference: `WB-${workorderId} ${NAME} dak`,
    customerName: NAME,
    remarks: `bij ${NAME}`,
    lines: [{ kind: "text", articleId: "", articleType: null, quantity: "", text: `werk bij ${NAME}` }],
    retry: { id: "r1", at: AT, by: `${NAME}@bos.example` },
    archivedAt: AT,
    requestedAt: AT,
  });

/** Fills every place that keeps something about the tenant's customers, articles and workorders; its services must be running. */
export async function fillEveryPlace(world: World): Promise<void> {
  const { pool } = world;
  await world.send("customerChanged", `${TENANT}/K1`, customerChanged(TENANT, "K1", { name: NAME }));
  await world.send("articleChanged", `${TENANT}/A1`, articleChanged(TENANT, "A1", { description: NAME }));
  await until("the rows", async () => (await pool.query("select from simon.articles")).rowCount === 1);
  await until("the rows", async () => (await pool.query("select from simon.customers")).rowCount === 1);
  await pool.query(
    `insert into simon.work_addresses (tenant_id, work_address_id, customer_id, name) values ($1, 'W1', 'K1', $2)`,
    [TENANT, NAME],
  );
  await pool.query(
    `insert into simon.workorders (tenant_id, workorder_id, customer_name, description, archived_by, status, archived_at)
     values ($1, 'w1', $2, $2, $2, 'archived', now())`,
    [TENANT, NAME],
  );
  await pool.query(
    `insert into simon.workorder_outcomes (tenant_id, workorder_id, outcome, code, params, archived_at, settled_at,
       record_offset, attempts) values ($1, 'w1', 'written', '', jsonb_build_object('customerName', $2::text), to_timestamp($3), now(), 1, 1)`,
    [TENANT, NAME, AT / 1000],
  );
  await pool.query(
    `insert into simon.preview_samples (operation_id, tenant_id, entity_id, field, before, after)
     values (1, $1, 'K1', 'name', $2, $2)`,
    [TENANT, NAME],
  );
  await fillLedger(world);
  await fillPoller(world);
  for (const topic of ["workorderArchived", "orderRequested", "orderSettled"] as const)
    await world.send(topic, `${TENANT}/w1`, Buffer.from(NAME));
  await say(world, "m1", AT);
  await setAside(world);
  // simon-projector sets its one aside too, and both are told.
  await until("the letters", async () => (await pool.query("select from log.dead_letters")).rowCount === 2);
  await until("the messages", async () => (await pool.query("select from log.occurrences")).rowCount === 3);
}

async function fillLedger({ pool }: World): Promise<void> {
  const states = { w1: "written", w2: "unknown", w3: "waiting", w4: "refused", w5: "sending" };
  for (const [id, state] of Object.entries(states))
    await pool.query(
      `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, later_request, state, reasons,
         order_id, code, params, archived_at, settled_at, sequence)
       values ($1, $2, $3::jsonb ->> 'reference', 'K1', $3, $4, $5, jsonb_build_array(jsonb_build_object('text', $6::text)),
         case $5 when 'written' then '2026' end, 'ORDER_REFUSED', jsonb_build_object('customerName', $6::text, 'number', 'WB'),
         now(), case when $5 in ('written', 'refused') then now() end, 1)`,
      [TENANT, id, request(id), state === "unknown" ? request(id) : null, state, NAME],
    );
  await pool.query(
    `insert into order_writer.attempts (tenant_id, workorder_id, attempt, outcome, detail) values ($1, 'w4', 1, 'refused', $2)`,
    [TENANT, NAME],
  );
}

async function fillPoller({ pool }: World): Promise<void> {
  const bytes = Buffer.from(NAME);
  await pool.query(
    `insert into unit4_poller.snapshots (tenant_id, entity, epoch, administration, revision, filter_hash, row_count,
       absent_count, pending_count, pages, rows) values ($1, 'customer', 1, 'x', 1, '', 1, 0, 0, '', $2)`,
    [TENANT, bytes],
  );
  await pool.query(
    `insert into unit4_poller.scans (tenant_id, entity, epoch, revision, filter_hash) values ($1, 'article', 1, 1, '')`,
    [TENANT],
  );
  await pool.query(
    `insert into unit4_poller.scan_pages (tenant_id, entity, page, listed_rows, fresh_rows, rows)
     values ($1, 'article', 1, 1, 1, $2)`,
    [TENANT, bytes],
  );
  await pool.query(
    `insert into unit4_poller.brakes (tenant_id, entity, epoch, revision, missing, known, missing_ids)
     values ($1, 'customer', 1, 1, 1, 1, array[$2])`,
    [TENANT, NAME],
  );
  await pool.query(
    `insert into unit4_poller.drift (tenant_id, entity, listed, standing, listed_checksum, standing_checksum, missing, extra,
       missing_ids, extra_ids, is_certain, listed_at)
     values ($1, 'customer', 1, 1, '', '', 1, 1, array[$2], array[$2], true, now())`,
    [TENANT, NAME],
  );
  await pool.query(
    `insert into integration.rehearsals (tenant_id, choices, cursor, counts, started_at)
     values ($1, '{}', '{}', jsonb_build_object('examples', $2::text), now() - interval '1 minute')`,
    [TENANT, NAME],
  );
}

/** A message about a workorder that names somebody. @param at milliseconds since 1970 UTC */
export const say = (world: World, messageId: string, at: number): Promise<void> =>
  world.send("messageLogged", `${TENANT}/${messageId}`, {
    tenantId: TENANT,
    messageId,
    at,
    service: "test",
    kind: "error",
    code: "ORDER_REFUSED",
    params: { customerName: NAME, number: "WB-1", reason: `${NAME} is passief` },
    table: "workorder",
    recordId: "w1",
    recordName: NAME,
    correlationId: "",
    closes: null,
  });

const setAside = (world: World): Promise<void> =>
  world.send("deadLetter", `${TENANT}/w9`, Buffer.from(NAME), {
    "x-orig-topic": `${world.topicPrefix}${TOPICS.orderRequested.name}`,
    ...{ "x-orig-partition": "0", "x-orig-offset": "7", "x-orig-timestamp": String(AT) },
    ...{ "x-error-class": "BODY_UNREADABLE", "x-error-message": NAME, "x-group": "order-writer" },
    "x-failed-at": String(AT),
    note: NAME,
  });

/** Tables with the word in any column, bytes included; without letters after it, so that a part of a text counts too. */
export async function tablesWith({ pool }: World, word: string): Promise<readonly string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select schemaname || '.' || tablename as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await pool.query(
      `select from ${name} one where strpos(lower(one::text), lower($1)) > 0 or strpos(one::text, $2) > 0 limit 1`,
      [word, Buffer.from(word).toString("hex")],
    );
    if (rowCount !== 0) found.push(name);
  }
  return found;
}

/** Topics with the word in a value or header of any record that is still there. */
export async function topicsWith(world: World, word: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const id of Object.keys(TOPICS) as (keyof typeof TOPICS)[]) {
    const records = await world.records(id);
    if (records.some(({ bytes, headers }) => bytes?.includes(word) || JSON.stringify(headers).includes(word)))
      found.push(TOPICS[id].name);
  }
  return found;
}

/** The settings of the product, with a second for each week. */
export async function hurryTopics({ kafka }: World): Promise<void> {
  await changeTopicSettings(
    kafka,
    new Map(
      Object.values(TOPICS).map((topic: Topic) => [
        kafka.topicPrefix + topic.name,
        Object.fromEntries(
          Object.entries(settingsOf(topic)).map(([name, value]) => [
            name,
            name.endsWith(".ms") ? "1000" : value,
          ]),
        ),
      ]),
    ),
  );
}
