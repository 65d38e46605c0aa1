import type { Get } from "../calls/get.ts";
import type { CallResult, Unit4Tenant } from "../http/errors.ts";
import { codeField, idField, textField, wholeField, wholeFieldOr } from "../reading/fields.ts";
import {
  type ListBlocks,
  type ListPage,
  type ListRows,
  type PageRequest,
  parseListBlocks,
  parseListRows,
} from "../reading/list-rows.ts";
import { administrationPath, findById, type Resource } from "../reading/look-up.ts";
import { listQuery } from "../reading/odata.ts";
import { allOf, pageOf } from "../reading/readings.ts";
import { rowReader } from "../reading/row-reader.ts";

/** A customer as CustomerInfo has it (Multivers Web API V22), as far as we use it. Texts are "" where Unit4 has none. */
export type UnitCustomer = {
  /** Text, character for character; never empty. */
  readonly customerId: string;
  /** Key of the addresses; 0 where Unit4 gives none. */
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
  /** Bytes of a page of CustomerInfoList, ordered by CustomerId; `parseCustomers` reads its rows. */
  fetchCustomerPage(tenant: Unit4Tenant, page: PageRequest): Promise<CallResult<ListPage>>;
  /** The customer with exactly this id, or null when Unit4 says in two ways that there is none. */
  findCustomer(tenant: Unit4Tenant, customerId: string): Promise<CallResult<UnitCustomer | null>>;
  /** The invoice address of an organisation, the oldest where there are several; null when there is none. */
  fetchInvoiceAddress(tenant: Unit4Tenant, organizationId: number): Promise<CallResult<UnitAddress | null>>;
};

const INVOICE_ADDRESS = 1;

const readCustomer = rowReader<UnitCustomer>({
  customerId: idField,
  organizationId: wholeFieldOr(0),
  name: textField,
  shortName: textField,
  customerStateId: codeField,
  contactPerson: textField,
  street1: textField,
  street2: textField,
  zipCode: textField,
  city: textField,
  countryId: codeField,
  telephone: textField,
  mobilePhone: textField,
  email: textField,
  paymentConditionId: codeField,
  vatScenarioId: wholeFieldOr(null),
  chargeVatTypeId: wholeField,
  dateChanged: textField,
});

const readAddress = rowReader<UnitAddress>({
  addressId: wholeFieldOr(0),
  addressType: wholeField,
  name: textField,
  street1: textField,
  street2: textField,
  zipCode: textField,
  city: textField,
  countryId: codeField,
});

const CUSTOMERS: Resource<UnitCustomer> = {
  read: readCustomer,
  idOf: ({ customerId }) => customerId,
  idName: "CustomerId",
  single: { name: "CustomerInfo", operation: "customer" },
  list: { name: "CustomerInfoList", operation: "customer-list" },
};

/** Rows of a page of CustomerInfoList in the order of the answer. */
export const parseCustomers = (body: Buffer): ListRows<UnitCustomer> =>
  parseListRows(body, readCustomer, "customerId");

/** The same rows in blocks. */
export const parseCustomerBlocks = (body: Buffer): ListBlocks<UnitCustomer> =>
  parseListBlocks(body, readCustomer, "customerId");

export function createCustomerCalls(get: Get): CustomerCalls {
  return {
    fetchCustomerPage: (tenant, page) => {
      const query = listQuery({ orderBy: CUSTOMERS.idName, ...page });
      const path = administrationPath(tenant, CUSTOMERS.list.name + query);
      return get({ tenant, operation: CUSTOMERS.list.operation, path }, pageOf);
    },
    findCustomer: (tenant, id) => findById(get, CUSTOMERS, { tenant, id }),
    fetchInvoiceAddress: async (tenant, organizationId) => {
      const path = administrationPath(tenant, `AddressInfoList/${organizationId}`);
      const request = { tenant, operation: "address-list", path } as const;
      const outcome = await get(request, allOf(readAddress));
      // The business rules know of no address; without their word the resource itself is not there.
      if (outcome.kind === "not-found" && outcome.messages.length > 0) return { kind: "ok", value: null };
      return outcome.kind === "ok" ? { kind: "ok", value: oldestInvoiceAddress(outcome.value) } : outcome;
    },
  };
}

function oldestInvoiceAddress(addresses: readonly UnitAddress[]): UnitAddress | null {
  const [oldest = null] = addresses
    .filter(({ addressType }) => addressType === INVOICE_ADDRESS)
    .sort((one, other) => one.addressId - other.addressId);
  return oldest;
}
