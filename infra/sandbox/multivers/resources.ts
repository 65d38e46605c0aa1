import type { AdministrationOptions } from "./administration/administration.ts";
import { addressList, customer, customerInfo, customerInfoList } from "./customers/customer-resources.ts";
import { fieldsOf } from "./odata/odata-fields.ts";
import { listJson } from "./odata/odata-list.ts";
import { order, orderInfoList, orderInfoResource } from "./orders/order-resources.ts";
import { product, productInfo, productInfoList } from "./products/product-resources.ts";
import { type Answer, jsonAnswer } from "./request/answer.ts";
import type { Resource, ResourceRequest } from "./request/resource-request.ts";
import { CUSTOM_FIELD_DEFINITIONS, NAME_VALUE_LISTS, type NameValue } from "./rows/lookups.ts";

/** The resource with that name below `/api/{database}/`, whatever the case; `undefined` if there is none. */
export function resourceNamed(name: string): Resource | undefined {
  const lowerCase = name.toLowerCase();
  const list = NAME_VALUE_LISTS[lowerCase];
  if (list !== undefined) return (request) => nameValues(request, list);
  return RESOURCES.get(lowerCase);
}

/** `AdministrationNVL`: code and name of the administrations that the login may use. */
export function administrationNvl(
  administrations: readonly AdministrationOptions[],
  query: URLSearchParams,
): Answer {
  const rows = administrations.map(({ database, name }) => ({ name: database, value: name }));
  return jsonAnswer(listJson({ rows, fields: NAME_VALUE_FIELDS }, query, null));
}

/** `AdministrationInfoList`: the same administrations with all that is known of them. */
export function administrationInfoList(
  administrations: readonly AdministrationOptions[],
  query: URLSearchParams,
): Answer {
  const rows = administrations.map(administrationInfo);
  return jsonAnswer(listJson({ rows, fields: ADMINISTRATION_FIELDS }, query, null));
}

/** One administration as `AdministrationInfo` shows it. */
export function administrationInfo({ database, name, multiversUser = "SYSTEEM" }: AdministrationOptions) {
  return {
    administrationId: database,
    backupDate: "",
    code: database,
    description: name,
    groupId: 0,
    onlineState: 0,
    previousOnlineState: 0,
    reportPath: "",
    shortName: database,
    users: [multiversUser],
    version: 22,
  };
}

const NAME_VALUE_FIELDS = fieldsOf({ name: "", value: "" });

const ADMINISTRATION_FIELDS = fieldsOf(
  administrationInfo({ database: "", name: "", portalUser: "", portalPassword: "", size: "empty" }),
);

const RESOURCES: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ["customerinfolist", customerInfoList],
  ["customerinfo", customerInfo],
  ["customer", customer],
  ["customernvl", (request) => nameValues(request, customerNames(request))],
  ["addressinfolist", addressList],
  ["addresslist", addressList],
  ["productinfolist", productInfoList],
  ["productinfo", productInfo],
  ["product", product],
  ["productnvl", (request) => nameValues(request, productNames(request))],
  ["productgroupnvl", (request) => nameValues(request, [...request.administration.productGroups.values()])],
  ["customfielddefinitioninfolist", customFieldDefinitions],
  ["order", order],
  ["orderinfo", orderInfoResource],
  ["orderinfolist", orderInfoList],
]);

function nameValues(
  { rest, query, maximumPageSize }: ResourceRequest,
  rows: readonly NameValue[],
): Answer | null {
  return rest.length > 0
    ? null
    : jsonAnswer(listJson({ rows, fields: NAME_VALUE_FIELDS }, query, maximumPageSize));
}

function customerNames({ administration }: ResourceRequest): NameValue[] {
  return administration.customersById.map((row) => ({ name: row.customerId, value: row.name }));
}

function productNames({ administration }: ResourceRequest): NameValue[] {
  return administration.productsById.map((row) => ({ name: row.productId, value: row.description }));
}

/** `{entities}` is a sum of entity flags, or a list of them with commas. */
function customFieldDefinitions({
  rest: [entities],
  query,
  maximumPageSize,
}: ResourceRequest): Answer | null {
  if (entities === undefined || !/^\d+(,\d+)*$/.test(entities)) return null;
  const flags = entities.split(",").reduce((sum, flag) => sum | Number(flag), 0);
  const rows = CUSTOM_FIELD_DEFINITIONS.filter((field) => (field.entity & flags) !== 0);
  return jsonAnswer(listJson({ rows, fields: CUSTOM_FIELD_FIELDS }, query, maximumPageSize));
}

const CUSTOM_FIELD_FIELDS = fieldsOf(CUSTOM_FIELD_DEFINITIONS[0] ?? {});
