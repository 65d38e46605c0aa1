import type { Material } from "../../../schemas/records.ts";
import { describeError } from "../../../services/shared/domain/failure.ts";
import { createLoop, type Loop, type LoopContext } from "../../../services/shared/loop.ts";
import {
  inTransaction,
  type Pool,
  postgresErrorKind,
  type Queryable,
} from "../../../services/shared/postgres.ts";
import { type DemoChoice, demoWorkorders } from "./demo-workorders.ts";
import { workAddressesOf } from "./work-addresses.ts";
import { archive, insertWorkorder, reportReady } from "./workorders.ts";

const LOOK_EVERY_MS = 2_000;

/**
 * Plays a person: as soon as an active tenant has customers and articles, fills in four workorders, reports them ready
 * and archives them; once for each tenant and activation.
 */
export const createAutoArchive = (
  context: LoopContext<"auto-archive">,
  tools: { readonly pool: Pool; readonly onArchived: () => void; readonly onPutOff: (error: string) => void },
): Loop =>
  createLoop(context, {
    name: "auto-archive",
    everyMs: LOOK_EVERY_MS,
    lost: "Demo workorders are no longer archived",
    beat: async () => {
      try {
        for (const tenant of await tenantsToServe(tools.pool)) {
          await archiveDemoWorkorders(tools.pool, tenant);
          tools.onArchived();
        }
      } catch (error) {
        // What was chosen may have been marked a moment ago; the next beat chooses anew.
        if (postgresErrorKind(error) !== "data") throw error;
        tools.onPutOff(describeError(error));
      }
      return false;
    },
  });

type TenantToServe = {
  readonly tenantId: string;
  readonly epoch: number;
  readonly customerId: string;
  readonly customerName: string;
  readonly filterWord: string | null;
};

/** Active tenants with data and without demo workorders of this activation, each with the customer to work for. */
async function tenantsToServe(db: Queryable): Promise<readonly TenantToServe[]> {
  const { rows } = await db.query<TenantToServe>(
    `select t.tenant_id as "tenantId", t.epoch, customer.customer_id as "customerId", customer.name as "customerName",
       (select settings ->> 'filterWord' from integration.settings_versions s
        where s.tenant_id = t.tenant_id order by version desc limit 1) as "filterWord"
     from integration.tenants t
     cross join lateral (
       select customer_id, name from simon.usable_customers c
       where c.tenant_id = t.tenant_id and payment_condition_id <> '' and street1 <> ''
       order by customer_id limit 1) customer
     where t.status = 'active'
       and exists (select from simon.usable_articles a where a.tenant_id = t.tenant_id)
       and not exists (
         select from simon.workorders w
         where w.tenant_id = t.tenant_id and w.workorder_id = 'demo-' || t.epoch || '-1')`,
  );
  return rows;
}

/** Two articles that a mechanic may have used: no text lines, no hours. */
async function someMaterials(db: Queryable, tenantId: string): Promise<readonly Material[]> {
  const { rows } = await db.query<Material>(
    `select article_id as "articleId", description, case quantity_scale when 0 then '2' else '2.5' end as quantity
     from simon.usable_articles
     where tenant_id = $1 and type <> 1 and unit <> 'uur'
     order by article_id limit 2`,
    [tenantId],
  );
  return rows;
}

async function archiveDemoWorkorders(pool: Pool, tenant: TenantToServe): Promise<void> {
  const { tenantId, epoch, customerId, customerName } = tenant;
  await inTransaction(pool, async (tx) => {
    const [address] = await workAddressesOf(tx, tenantId, customerId);
    const choice: DemoChoice = {
      customer: { customerId, name: customerName },
      workAddress: address === undefined ? null : withoutOrigin(address),
      materials: await someMaterials(tx, tenantId),
      filterWord: tenant.filterWord || "garantie",
    };
    for (const [index, content] of demoWorkorders(choice).entries()) {
      const workorderId = `demo-${epoch}-${index + 1}`;
      await insertWorkorder(tx, tenantId, { ...content, workorderId });
      await reportReady(tx, tenantId, workorderId);
      await archive(tx, tenantId, { workorderId, by: "Demo" });
    }
  });
}

const withoutOrigin = ({ origin: _, ...address }: Awaited<ReturnType<typeof workAddressesOf>>[number]) =>
  address;
