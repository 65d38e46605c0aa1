import { fieldsOf } from "../odata/odata-fields.ts";
import { listJson } from "../odata/odata-list.ts";
import { jsonAnswer, refusal } from "../request/answer.ts";
import type { Resource, ResourceRequest } from "../request/resource-request.ts";
import { BLANK_ADDRESS, fullAddress } from "../rows/address-row.ts";
import { BLANK_CUSTOMER, type CustomerRow } from "../rows/customer-row.ts";

const FIELDS = fieldsOf(BLANK_CUSTOMER);
const ADDRESS_FIELDS = fieldsOf(BLANK_ADDRESS);

/** `CustomerInfoList`: all customers, flat. */
export const customerInfoList: Resource = ({ administration, rest, query, maximumPageSize }) => {
  if (rest.length > 0) return null;
  const source = {
    rows: administration.customers.values(),
    fields: FIELDS,
    idField: "CustomerId",
    byId: administration.customersById,
  };
  return jsonAnswer(listJson(source, query, maximumPageSize));
};

/** `CustomerInfo/{customerId}`: one customer, flat. */
export const customerInfo: Resource = (request) => withCustomer(request, (row) => row);

/** `Customer/{customerId}`: one customer, with everything that can be edited. */
export const customer: Resource = (request) =>
  withCustomer(request, (row) => {
    const { customerOrganizationId: _, contactPerson, ...fields } = row;
    return {
      ...fields,
      person: contactPerson,
      fullAddress: fullAddress(row),
      fullDeliveryAddress: fullAddress(row),
      addresses: [],
      supplierId: "",
      hasOutstandingBalance: false,
      googleMapsUrl: "",
      googleMapsDirectionsUrl: "",
      database: request.administration.database,
      customProperties: { "RELATIE.SLEUTELNR": "" },
      messages: [],
      canChange: true,
      cannotChangeReason: "",
    };
  });

/** `AddressInfoList/{organizationId}` and `AddressList/{organizationId}`: the further addresses of an organisation. */
export const addressList: Resource = ({ administration, rest: [organizationId], query, maximumPageSize }) => {
  if (organizationId === undefined) return null;
  const rows = administration.addresses(Number(organizationId));
  return jsonAnswer(listJson({ rows, fields: ADDRESS_FIELDS }, query, maximumPageSize));
};

function withCustomer({ administration, rest }: ResourceRequest, view: (row: CustomerRow) => object) {
  const [customerId, ...more] = rest;
  if (customerId === undefined || more.length > 0) return null;
  const row = administration.customers.get(customerId);
  return row === undefined ? refusal(`Debiteur ${customerId} bestaat niet.`, 404) : jsonAnswer(view(row));
}
