import type { Get } from "../calls/get.ts";
import type { CallResult, Unit4Tenant } from "../http/errors.ts";
import { idField, textField, wholeFieldOr } from "../reading/fields.ts";
import { administrationPath } from "../reading/look-up.ts";
import { allOf } from "../reading/readings.ts";
import { rowReader } from "../reading/row-reader.ts";

/** A field of type memo that an administration added to its sales orders. */
type MemoField = {
  /** Its key in an order's customProperties: `GROUP.NAME`. */
  readonly key: string;
  readonly title: string;
};

export type CustomFieldCalls = {
  /** Fields of type memo on sales orders (rule W10). */
  fetchMemoFields(tenant: Unit4Tenant): Promise<CallResult<readonly MemoField[]>>;
};

/** Numbers of the API: fields of sales orders belong to the entity customer. Source: vendor guide on custom fields, V21. */
const ENTITY_CUSTOMER = 1;
const APPLIED_TO_SALES_ORDER = 1;
const TYPE_MEMO = 5;

const readDefinition = rowReader({
  groupName: idField,
  name: idField,
  title: textField,
  appliedToEntity: wholeFieldOr(0),
  type: wholeFieldOr(0),
});

export function createCustomFieldCalls(get: Get): CustomFieldCalls {
  return {
    fetchMemoFields: async (tenant) => {
      const path = administrationPath(tenant, `CustomFieldDefinitionInfoList/${ENTITY_CUSTOMER}`);
      const request = { tenant, operation: "custom-field-list", path } as const;
      const found = await get(request, allOf(readDefinition));
      if (found.kind !== "ok") return found;
      const memos = found.value.filter(
        ({ appliedToEntity, type }) => type === TYPE_MEMO && (appliedToEntity & APPLIED_TO_SALES_ORDER) !== 0,
      );
      return {
        kind: "ok",
        value: memos.map(({ groupName, name, title }) => ({ key: `${groupName}.${name}`, title })),
      };
    },
  };
}
