import type { Get } from "../calls/get.ts";
import type { CallResult } from "../http/errors.ts";
import { type NameValue, readNameValue } from "../reading/name-values.ts";
import { allOf } from "../reading/readings.ts";

export type AdministrationCalls = {
  /** Administrations that the tenant's login may use: database code and company name. */
  listAdministrations(tenantId: string): Promise<CallResult<readonly NameValue[]>>;
};

/** Makes them of a GET that knows by which token it asks. */
export function createAdministrationCalls(get: Get): AdministrationCalls {
  return {
    listAdministrations: (tenantId) =>
      get(
        { tenant: { tenantId }, operation: "administration-list", path: "/api/AdministrationNVL" },
        allOf(readNameValue),
      ),
  };
}
