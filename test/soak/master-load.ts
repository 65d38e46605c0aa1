import { setTimeout as sleep } from "node:timers/promises";
import { type Dice, diceFor } from "../../infra/sandbox/multivers/demo/dice.ts";
import type { ArticleChanged, CustomerChanged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordEncoder } from "../../services/shared/avro.ts";
import type { OutgoingRecord } from "../../services/shared/kafka/producer.ts";
import { articleChanged, customerChanged } from "../support/records.ts";

const TICK_MS = 200;
/** Few, so that each changes many times. */
const IDS = 40;
const CHANGES_A_TICK = 5;
/** Records that stand behind newer ones, as a frozen publisher leaves them. */
const STALE_SHARE = 0.05;
/** Records that wipe their key. */
const TOMBSTONE_SHARE = 0.01;

export type MasterEncoders = {
  readonly customers: RecordEncoder<CustomerChanged>;
  readonly articles: RecordEncoder<ArticleChanged>;
};

/** Customers and articles that change all the time, until `signal` is aborted; the same seed makes the same changes. */
export async function runMasterLoad(
  plan: { readonly seed: string; readonly tenantIds: readonly string[]; readonly signal: AbortSignal },
  encoders: MasterEncoders,
  publish: (records: readonly OutgoingRecord[]) => Promise<void>,
): Promise<void> {
  const dice = diceFor(`master/${plan.seed}`);
  for (let revision = 1; !plan.signal.aborted; revision += 1) {
    await publish(
      Array.from({ length: CHANGES_A_TICK }, () => newChange(dice, plan.tenantIds, revision, encoders)),
    );
    await sleep(TICK_MS);
  }
}

function newChange(
  dice: Dice,
  tenantIds: readonly string[],
  newest: number,
  { customers, articles }: MasterEncoders,
): OutgoingRecord {
  const tenantId = tenantIds[dice.between(0, tenantIds.length - 1)] ?? "";
  const id = `M${dice.between(1, IDS)}`;
  const key = `${tenantId}/${id}`;
  const isCustomer = dice.chance(0.5);
  const topic = isCustomer ? TOPICS.customerChanged.name : TOPICS.articleChanged.name;
  if (dice.chance(TOMBSTONE_SHARE)) return { topic, key, value: null };
  const revision = dice.chance(STALE_SHARE) ? dice.between(1, newest) : newest;
  const change = dice.pick(["present", "present", "present", "inactive"] as const);
  return isCustomer
    ? {
        topic,
        key,
        value: customers.encode(customerChanged(tenantId, id, { revision, change, name: `Naam ${newest}` })),
      }
    : {
        topic,
        key,
        value: articles.encode(
          articleChanged(tenantId, id, { revision, change, description: `Artikel ${newest}` }),
        ),
      };
}
