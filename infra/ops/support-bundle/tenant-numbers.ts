/** Numbers that stand for tenants in one bundle, in the order in which they are asked for. */
export type TenantNumbers = {
  numberOf(tenantId: string): number;
  /** Tenant ids; the first one has number 1. */
  ids(): readonly string[];
};

export function createTenantNumbers(): TenantNumbers {
  const numbers = new Map<string, number>();
  return {
    numberOf: (tenantId) => {
      const number = numbers.get(tenantId) ?? numbers.size + 1;
      numbers.set(tenantId, number);
      return number;
    },
    ids: () => [...numbers.keys()],
  };
}
