import type { TestContext } from "node:test";
import type { AdministrationOptions } from "../../infra/sandbox/multivers/administration/administration.ts";
import type { ArticleChanged, CustomerChanged, MessageLogged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { Publisher } from "../../services/shared/kafka/producer.ts";
import { createMessageLog } from "../../services/shared/messages.ts";
import { createPool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createUnit4 } from "../../services/shared/unit4/client.ts";
import { takeTurn } from "../../services/unit4-poller/handler.ts";
import type { Poller, PollerLimits } from "../../services/unit4-poller/poller.ts";
import { admitTenants, type Lease, leaseDueTenants } from "../../services/unit4-poller/schedule.ts";
import { createPollerTelemetry } from "../../services/unit4-poller/telemetry.ts";
import { createUnit4World, type Unit4World } from "./unit4-world.ts";
import { createWorld, type World } from "./world.ts";

/** A world in which the poller takes its turns one by one, when the test says so. */
export type PollerWorld = {
  readonly world: World;
  readonly erp: Unit4World;
  /** As the poller's own Postgres role. */
  readonly poller: Poller;
  /** One turn of a tenant. */
  turn(tenantId: string, options?: TurnOptions): Promise<void>;
  /** Turns of a tenant until all its lists have been read once. @returns how many it took */
  round(tenantId: string, options?: TurnOptions): Promise<number>;
  /** What was published of a tenant since the last time this was asked. */
  news(tenantId: string): Promise<News>;
  /** What the schedule says of a tenant. */
  schedule(tenantId: string): Promise<ScheduleRow>;
};

type TurnOptions = Partial<PollerLimits> & {
  /** A tenant that is due meanwhile; nobody else is. */
  readonly waiting?: string;
  /** In place of the world's own. */
  readonly publisher?: Publisher;
};

type News = {
  readonly customers: readonly CustomerChanged[];
  readonly articles: readonly ArticleChanged[];
  readonly messages: readonly MessageLogged[];
};

type ScheduleRow = {
  readonly outcome: string | null;
  readonly failures: number;
  readonly dueInMs: number;
  readonly isLeased: boolean;
};

const NEVER_IN_A_HURRY: PollerLimits = {
  intervalMs: 300_000,
  busyPart: 0.05,
  concurrency: 4,
  silentCalls: 4,
  probes: 4,
  backfill: 4,
  pageRows: 100,
  addressBudget: 0,
  deletionBudget: 200,
  leaseMs: 60_000,
  turnPages: 1_000,
  turnMs: 600_000,
};

/** Makes a world with an emulated Unit4 of these administrations and a poller in this process; it ends with the test. */
export async function createPollerWorld(
  t: TestContext,
  administrations: readonly Pick<AdministrationOptions, "database" | "portalUser" | "size">[],
): Promise<PollerWorld> {
  const world = await createWorld(t);
  const erp = await createUnit4World(t, world, administrations);
  const poller = await createPoller(t, world, erp);
  const seen = new Map<string, number>();

  /** Records of a tenant on a topic that come after those given before. */
  const fresh = async <T>(topic: keyof typeof TOPICS, tenantId: string): Promise<readonly T[]> => {
    const all = (await world.records<T>(topic)).filter(({ key }) => key.startsWith(`${tenantId}/`));
    const from = seen.get(`${topic} ${tenantId}`) ?? 0;
    seen.set(`${topic} ${tenantId}`, all.length);
    return all.slice(from).flatMap(({ value }) => (value === null ? [] : [value]));
  };
  const lease = async (tenantId: string, waiting: string | null): Promise<Lease> => {
    await admitTenants(poller.pool, waiting === null ? [tenantId] : [tenantId, waiting]);
    await world.pool.query(
      `update unit4_poller.schedules
       set next_due_at = now() + case when tenant_id = $1 then interval '-1 second' else interval '1 hour' end`,
      [tenantId],
    );
    const terms = { limit: 1, leaseMs: 60_000, by: "test" };
    const [leased] = [
      ...(await leaseDueTenants(poller.pool, { ...terms, failing: false })),
      ...(await leaseDueTenants(poller.pool, { ...terms, failing: true })),
    ];
    if (leased?.tenantId !== tenantId) throw new Error(`${tenantId} cannot be leased`);
    await world.pool.query("update unit4_poller.schedules set next_due_at = now() where tenant_id = $1", [
      waiting,
    ]);
    return leased;
  };
  const turn = async (
    tenantId: string,
    { waiting, publisher = poller.publisher, ...limits }: TurnOptions = {},
  ): Promise<void> => {
    const signals = { lost: new AbortController().signal, stopping: new AbortController().signal };
    const leased = await lease(tenantId, waiting ?? null);
    await takeTurn({ ...poller, publisher, limits: { ...poller.limits, ...limits } }, leased, signals);
  };
  const schedule = async (tenantId: string): Promise<ScheduleRow> => {
    const { rows } = await world.pool.query<ScheduleRow>(
      `select last_outcome as "outcome", failures, lease_until > now() as "isLeased",
         (extract(epoch from next_due_at - now()) * 1000)::float8 as "dueInMs"
       from unit4_poller.schedules where tenant_id = $1`,
      [tenantId],
    );
    if (rows[0] === undefined) throw new Error(`${tenantId} has no schedule`);
    return rows[0];
  };
  return {
    world,
    erp,
    poller,
    turn,
    schedule,
    round: async (tenantId, options) => {
      for (let turns = 1; turns <= 100; turns += 1) {
        await turn(tenantId, options);
        const { outcome } = await schedule(tenantId);
        if (outcome === "finished") return turns;
        if (outcome !== "unfinished") throw new Error(`a turn of ${tenantId} ended as ${outcome}`);
      }
      throw new Error(`${tenantId} takes more than 100 turns`);
    },
    news: async (tenantId) => ({
      customers: await fresh<CustomerChanged>("customerChanged", tenantId),
      articles: await fresh<ArticleChanged>("articleChanged", tenantId),
      messages: await fresh<MessageLogged>("messageLogged", tenantId),
    }),
  };
}

async function createPoller(t: TestContext, world: World, erp: Unit4World): Promise<Poller> {
  const telemetry = createTelemetry("test", "silent");
  const environment = world.environment("unit4-poller", erp.environment);
  const setting = (name: string): string => environment[name] ?? "";
  const pool = createPool({ url: setting("DATABASE_URL"), size: 6, applicationName: "unit4-poller" });
  const unit4 = createUnit4({
    baseUrl: setting("UNIT4_BASE_URL"),
    clientId: setting("UNIT4_CLIENT_ID"),
    clientSecret: setting("UNIT4_CLIENT_SECRET"),
    tokenKeys: setting("TOKEN_KEYS"),
    pool,
    telemetry,
    now: Date.now,
    random: Math.random,
  });
  t.after(async () => {
    await unit4.close();
    await pool.end();
  });
  const { customerChanged, articleChanged, messageLogged } = TOPICS;
  return {
    pool,
    unit4,
    publisher: world.publisher,
    messages: createMessageLog(
      world.publisher,
      await world.avro.encoder(messageLogged.name, messageLogged.schema),
    ),
    encoders: {
      customer: await world.avro.encoder(customerChanged.name, customerChanged.schema),
      article: await world.avro.encoder(articleChanged.name, articleChanged.schema),
    },
    telemetry: createPollerTelemetry(telemetry),
    now: Date.now,
    random: Math.random,
    limits: NEVER_IN_A_HURRY,
  };
}
