import type { Get } from "./get.ts";
import type { Outcome } from "./http/errors.ts";
import { type NameValue, readNameValue } from "./reading/name-values.ts";
import { allOf } from "./reading/readings.ts";

export type AdministrationCalls = {
  /** Administrations that the tenant's login may use: database code and company name. */
  listAdministrations(tenantId: string): Promise<Outcome<readonly NameValue[]>>;
};

export function createAdministrationCalls(get: Get): AdministrationCalls {
  return {
    listAdministrations: (tenantId) =>
      get(
        { tenantId, operation: "administration-list", path: "/api/AdministrationNVL" },
        allOf(readNameValue),
      ),
  };
}
