import type { Outcome, Unit4Tenant } from "./errors.ts";
import type { ListPage, PageRequest } from "./list-rows.ts";

/** A customer as CustomerInfo has it (Multivers Web API V22), as far as we use it. Texts are "" where Unit4 has none. */
export type UnitCustomer = {
  /** Text, character for character; never empty. */
  readonly customerId: string;
  /** Key of the addresses. */
  readonly organizationId: number;
  readonly name: string;
  readonly shortName: string;
  /** "A" active, "P" passive; other values are not known. */
  readonly customerStateId: string;
  readonly contactPerson: string;
  readonly street1: string;
  readonly street2: string;
  readonly zipCode: string;
  readonly city: string;
  readonly countryId: string;
  readonly telephone: string;
  readonly mobilePhone: string;
  readonly email: string;
  readonly paymentConditionId: string;
  readonly vatScenarioId: number | null;
  /** 0 no VAT, 1 VAT, 2 subcontractor. */
  readonly chargeVatTypeId: number;
  /** As Unit4 writes it, usually d-M-yyyy; read it with parseUnit4Date. */
  readonly dateChanged: string;
};

/** An address of an organisation as AddressInfo has it. */
export type UnitAddress = {
  readonly addressId: number;
  /** 0 delivery, 1 invoice, 2 person. */
  readonly addressType: number;
  readonly name: string;
  readonly street1: string;
  readonly street2: string;
  readonly zipCode: string;
  readonly city: string;
  readonly countryId: string;
};

export type CustomerCalls = {
  /** Bytes of a page of CustomerInfoList, ordered by CustomerId: surely the bytes of a list, its rows not yet read. */
  fetchCustomerPage(tenant: Unit4Tenant, page: PageRequest): Promise<Outcome<ListPage>>;
  /** The customer with exactly this id, or null when Unit4 says in two ways that there is none. */
  findCustomer(tenant: Unit4Tenant, customerId: string): Promise<Outcome<UnitCustomer | null>>;
  /** The invoice address of an organisation, the oldest where there are several; null when there is none. */
  fetchInvoiceAddress(tenant: Unit4Tenant, organizationId: number): Promise<Outcome<UnitAddress | null>>;
};
