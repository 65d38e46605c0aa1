import { setTimeout as sleep } from "node:timers/promises";
import { pipelineConfig } from "../../infra/local/stack/pipeline-config.ts";
import type { WorkorderArchived } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { createAvro } from "../../services/shared/avro.ts";
import { createKafka } from "../../services/shared/kafka/client.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher } from "../../services/shared/kafka/producer.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import type { OwnStack } from "../soak/own-stack.ts";
import type { TenantGoods } from "../soak/tenants.ts";
import { workorderArchived } from "../support/records.ts";

/** People in the field who archive workorders. */
export type Archiving = {
  /** Archives workorders of these tenants in turn, numbered `<prefix>-1` and so on; each is archived as it is published. */
  steadily(plan: {
    readonly prefix: string;
    readonly tenants: readonly TenantGoods[];
    readonly perSecond: number;
    readonly count: number;
  }): Promise<void>;
  /** Archives one workorder with this id. */
  one(workorderId: string, tenant: TenantGoods): Promise<void>;
  /** Archives so many of one tenant at once. */
  atOnce(prefix: string, tenant: TenantGoods, count: number): Promise<void>;
  close(): Promise<void>;
};

const TICK_MS = 10;

export async function createArchiving(own: OwnStack): Promise<Archiving> {
  const telemetry = createTelemetry("bench", "silent");
  const config = pipelineConfig(own.stack);
  const client = createKafka({ config, clientId: "bench", log: telemetry.log });
  const avro = createAvro({ config, now: Date.now });
  const publisher = await createPublisher(client, createKafkaTelemetry(telemetry, []));
  const { name: topic, schema } = TOPICS.workorderArchived;
  const encoder = await avro.encoder<WorkorderArchived>(topic, schema);

  const publish = (workorders: readonly WorkorderArchived[]): Promise<void> =>
    publisher.publish(
      workorders.map((one) => ({
        topic,
        key: `${one.tenantId}/${one.workorderId}`,
        value: encoder.encode(one),
      })),
    );
  return {
    steadily: async ({ prefix, tenants, perSecond, count }) => {
      const startedAt = Date.now();
      for (let made = 0; made < count; await sleep(TICK_MS)) {
        const due = Math.min(count, Math.floor(((Date.now() - startedAt) * perSecond) / 1_000));
        const workorders: WorkorderArchived[] = [];
        for (; made < due; made += 1)
          workorders.push(workorderOf(tenants[made % tenants.length], `${prefix}-${made + 1}`));
        await publish(workorders);
      }
    },
    one: (workorderId, tenant) => publish([workorderOf(tenant, workorderId)]),
    atOnce: (prefix, tenant, count) =>
      publish(Array.from({ length: count }, (_, index) => workorderOf(tenant, `${prefix}-${index + 1}`))),
    close: () => publisher.close(),
  };
}

function workorderOf(tenant: TenantGoods | undefined, workorderId: string): WorkorderArchived {
  const customerId = tenant?.customers[workorderId.length % tenant.customers.length]?.customerId;
  if (tenant === undefined || customerId === undefined) throw new Error("there is no tenant to work for");
  return workorderArchived(tenant.tenantId, workorderId, {
    customerId,
    materials: [{ articleId: tenant.articleId, quantity: "2", description: "" }],
  });
}

/** Puts what the tenants have to order from into Simon, as the projector would. */
export async function fillSimon(own: OwnStack): Promise<void> {
  for (const { tenantId, customers, articleId } of own.tenants) {
    await own.pool.query(
      `insert into simon.customers
         (tenant_id, customer_id, origin, epoch, revision, name, payment_condition_id, vat_scenario_id)
       select $1, customer->>'customerId', 'unit4', 1, 1, customer->>'name', customer->>'paymentConditionId',
         (customer->>'vatScenarioId')::integer
       from jsonb_array_elements($2) as customer`,
      [tenantId, JSON.stringify(customers)],
    );
    await own.pool.query(
      `insert into simon.articles (tenant_id, article_id, origin, epoch, revision, description, type, quantity_scale)
       values ($1, $2, 'unit4', 1, 1, $2, 0, 2)`,
      [tenantId, articleId],
    );
  }
}
