import {
  Administration,
  type AdministrationOptions,
} from "../../infra/sandbox/multivers/administration/administration.ts";

/** What an order of a tenant is made of: all that Unit4 asks of a customer, and an article. */
export type TenantGoods = {
  readonly tenantId: string;
  readonly database: string;
  readonly customers: readonly {
    readonly customerId: string;
    readonly name: string;
    readonly paymentConditionId: string;
    readonly vatScenarioId: number | null;
  }[];
  readonly articleId: string;
};

/** So many administrations, the tenant's name being the portal user's. */
export function administrations(count: number): readonly AdministrationOptions[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(5, "0");
    const tenantId = `tenant-${number}`;
    return {
      database: `MVL${number}`,
      name: tenantId,
      portalUser: tenantId,
      portalPassword: "demo",
      size: "small",
    };
  });
}

/** What each of them has to order from; demo data are the same in every process. */
export function goodsOf(options: AdministrationOptions): TenantGoods {
  const administration = new Administration(options, { dataDir: null, now: () => new Date() });
  const article = administration.productsById.find(
    ({ productState, productType }) => productState === 0 && productType === 0,
  );
  const customers = administration.customersById.filter(({ customerStateId }) => customerStateId === "A");
  administration.close();
  if (article === undefined || customers.length === 0)
    throw new Error(`${options.database} has nothing to sell; the demo data must have changed`);
  return {
    tenantId: options.portalUser,
    database: options.database,
    customers,
    articleId: article.productId,
  };
}
