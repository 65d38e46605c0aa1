import type { Customer, CustomerChanged, InvoiceAddress } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordEncoder } from "../shared/avro.ts";
import { recordKey } from "../shared/domain/record-key.ts";
import type { Settings } from "../shared/domain/settings.ts";
import { customerState } from "../shared/domain/unit4-states.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { Unit4Tenant } from "../shared/unit4/http/errors.ts";
import {
  parseCustomerBlocks,
  type UnitAddress,
  type UnitCustomer,
} from "../shared/unit4/master-data/customers.ts";
import { customerGone, customerSeen, type KnownAddress } from "./domain/change-event.ts";
import { choicesHash } from "./domain/choices-hash.ts";
import type { Observation } from "./domain/observation.ts";
import { CUSTOMER_CODES, type MasterList } from "./master-list.ts";
import type { Poller } from "./poller.ts";
import { answerForOne, answerOf, changeDate, readingOf } from "./unit4-answers.ts";

/** The customers of one tenant. */
export function customerList(
  poller: Poller,
  tenant: Unit4Tenant,
  { firstWorkAddress }: Pick<Settings, "firstWorkAddress">,
): MasterList<Customer> {
  const { unit4, encoders } = poller;
  const wantsAddress = firstWorkAddress === "invoice";
  const observe = (row: UnitCustomer): Observation<Customer> => observeCustomer(row, wantsAddress);
  return {
    entity: "customer",
    filter: null,
    choicesHash: choicesHash(firstWorkAddress),
    codes: CUSTOMER_CODES,
    fetchPage: async (page) => answerOf(await unit4.fetchCustomerPage(tenant, page), ({ body }) => body),
    read: (body) => readingOf(parseCustomerBlocks(body), observe),
    find: async (id) =>
      answerForOne(await unit4.findCustomer(tenant, id), (found) => found && observe(found)),
    findAddress: async (organizationId) =>
      answerOf(
        await unit4.fetchInvoiceAddress(tenant, organizationId),
        (found) => found && invoiceAddress(found),
      ),
    seenRecord: (sighting, seen, known) =>
      record(encoders.customer, customerSeen(sighting, seen, seen.wantsAddress ? known : STANDARD_ADDRESS)),
    goneRecord: (sighting, id) => record(encoders.customer, customerGone(sighting, id)),
  };
}

/** Readers take the standard address where they are told that there is no other. */
const STANDARD_ADDRESS: KnownAddress = { address: null };

const record = (encoder: RecordEncoder<CustomerChanged>, event: CustomerChanged): OutgoingRecord => ({
  topic: TOPICS.customerChanged.name,
  key: recordKey(event.tenantId, event.customerId),
  value: encoder.encode(event),
});

/** A customer of Unit4 in our fields. */
export function observeCustomer(row: UnitCustomer, wantsAddress: boolean): Observation<Customer> {
  return {
    id: row.customerId,
    name: row.name,
    change: customerState(row.customerStateId),
    stateCode: row.customerStateId,
    passes: true,
    organizationId: row.organizationId,
    wantsAddress,
    ...changeDate(row.dateChanged),
    value: {
      customerId: row.customerId,
      organizationId: row.organizationId,
      name: row.name,
      shortName: row.shortName,
      contactPerson: row.contactPerson,
      street1: row.street1,
      street2: row.street2,
      zipCode: row.zipCode,
      city: row.city,
      countryId: row.countryId,
      telephone: row.telephone,
      mobilePhone: row.mobilePhone,
      email: row.email,
      paymentConditionId: row.paymentConditionId,
      vatScenarioId: row.vatScenarioId,
      chargeVatTypeId: row.chargeVatTypeId,
    },
  };
}

const invoiceAddress = (row: UnitAddress): InvoiceAddress => ({
  name: row.name,
  street1: row.street1,
  street2: row.street2,
  zipCode: row.zipCode,
  city: row.city,
  countryId: row.countryId,
});
