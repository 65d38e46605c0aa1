import type { NameValue } from "./articles.ts";
import type { Outcome } from "./errors.ts";

export type AdministrationCalls = {
  /** Administrations that the tenant's login may use: database code and company name. */
  listAdministrations(tenantId: string): Promise<Outcome<readonly NameValue[]>>;
};
