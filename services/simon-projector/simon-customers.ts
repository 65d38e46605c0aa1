import type { Customer, CustomerChanged, InvoiceAddress } from "../../schemas/records.ts";
import type { TableDescription } from "./table-description.ts";

/** A stored customer, by column. */
type StoredCustomer = {
  readonly organization_id: number;
  readonly name: string;
  readonly short_name: string;
  readonly contact_person: string;
  readonly street1: string;
  readonly street2: string;
  readonly zip_code: string;
  readonly city: string;
  readonly country_id: string;
  readonly telephone: string;
  readonly mobile_phone: string;
  readonly email: string;
  readonly payment_condition_id: string;
  readonly vat_scenario_id: number | null;
  readonly charge_vat_type_id: number;
  readonly invoice_address: InvoiceAddress | null;
  readonly invoice_address_known: boolean;
};

/** Customers of Simon, as Unit4 has them. State, origin and version are the projection's own: projected-table.ts. */
export const SIMON_CUSTOMERS: TableDescription<CustomerChanged, Customer, StoredCustomer> = {
  entity: "customer",
  table: "simon.customers",
  id: "customer_id",
  shownAs: "name",
  bodyOf: ({ customer }) => customer,
  columns: [
    { name: "organization_id", type: "bigint", value: ({ organizationId }) => organizationId },
    { name: "name", type: "text", value: ({ name }) => name },
    { name: "short_name", type: "text", value: ({ shortName }) => shortName },
    { name: "contact_person", type: "text", value: ({ contactPerson }) => contactPerson },
    { name: "street1", type: "text", value: ({ street1 }) => street1 },
    { name: "street2", type: "text", value: ({ street2 }) => street2 },
    { name: "zip_code", type: "text", value: ({ zipCode }) => zipCode },
    { name: "city", type: "text", value: ({ city }) => city },
    { name: "country_id", type: "text", value: ({ countryId }) => countryId },
    { name: "telephone", type: "text", value: ({ telephone }) => telephone },
    { name: "mobile_phone", type: "text", value: ({ mobilePhone }) => mobilePhone },
    { name: "email", type: "text", value: ({ email }) => email },
    { name: "payment_condition_id", type: "text", value: ({ paymentConditionId }) => paymentConditionId },
    { name: "vat_scenario_id", type: "integer", value: ({ vatScenarioId }) => vatScenarioId },
    { name: "charge_vat_type_id", type: "integer", value: ({ chargeVatTypeId }) => chargeVatTypeId },
    {
      name: "invoice_address",
      type: "jsonb",
      // Not known is SQL's null and keeps what is there; known to be none is JSON's.
      value: (_, { invoiceAddressKnown, invoiceAddress }) =>
        invoiceAddressKnown ? JSON.stringify(invoiceAddress) : null,
      merged: "coalesce(excluded.invoice_address, known.invoice_address)",
    },
  ],
  changeOf: (head, customerId, stored) => ({
    ...head,
    customerId,
    customer: stored === null ? null : customerOf(customerId, stored),
    invoiceAddressKnown: stored?.invoice_address_known ?? false,
    invoiceAddress: stored?.invoice_address ?? null,
  }),
};

const customerOf = (customerId: string, stored: StoredCustomer): Customer => ({
  customerId,
  organizationId: stored.organization_id,
  name: stored.name,
  shortName: stored.short_name,
  contactPerson: stored.contact_person,
  street1: stored.street1,
  street2: stored.street2,
  zipCode: stored.zip_code,
  city: stored.city,
  countryId: stored.country_id,
  telephone: stored.telephone,
  mobilePhone: stored.mobile_phone,
  email: stored.email,
  paymentConditionId: stored.payment_condition_id,
  vatScenarioId: stored.vat_scenario_id,
  chargeVatTypeId: stored.charge_vat_type_id,
});
