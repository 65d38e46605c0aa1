import type { Get } from "./get.ts";
import type { Outcome, Unit4Tenant } from "./http/errors.ts";
import type { Operation } from "./http/unit4-telemetry.ts";
import { equals, listQuery, pathSegment } from "./reading/odata.ts";
import { allOf, oneOf } from "./reading/readings.ts";
import type { RowReader } from "./reading/row-reader.ts";

/** A resource with a list and a look-up by id. */
export type Resource<Row> = {
  readonly read: RowReader<Row>;
  readonly idOf: (row: Row) => string;
  /** Name of the id in expressions. */
  readonly idName: string;
  readonly single: { readonly name: string; readonly operation: Operation };
  readonly list: { readonly name: string; readonly operation: Operation };
};

/** Path of a resource of the tenant's administration. */
export const administrationPath = ({ administration }: Unit4Tenant, rest: string): string =>
  `/api/${pathSegment(administration)}/${rest}`;

/**
 * The row with exactly this id. Absence decides over deletions, and what Unit4 answers for an unknown id is not
 * documented, so it takes two signs: the look-up by path refuses, and the list filtered by the id is empty.
 */
export async function findById<Row>(
  get: Get,
  resource: Resource<Row>,
  wanted: { readonly tenant: Unit4Tenant; readonly id: string },
): Promise<Outcome<Row | null>> {
  const { tenant, id } = wanted;
  const { tenantId } = tenant;
  const single = await get(
    {
      tenantId,
      operation: resource.single.operation,
      path: administrationPath(tenant, `${resource.single.name}/${pathSegment(id)}`),
    },
    oneOf(resource.read),
  );
  if (single.kind === "ok" && resource.idOf(single.value) === id) return single;
  if (single.kind !== "ok" && single.kind !== "not-found" && single.kind !== "refused") return single;

  const query = listQuery({ filter: equals(resource.idName, id), top: 2 });
  const listed = await get(
    {
      tenantId,
      operation: resource.list.operation,
      path: administrationPath(tenant, resource.list.name + query),
    },
    allOf(resource.read),
  );
  if (listed.kind !== "ok") return listed;
  const found = listed.value.find((row) => resource.idOf(row) === id);
  if (found !== undefined) return { kind: "ok", value: found };
  // Unit4 may compare without regard to case; any other row shows that it did not filter at all.
  const isFiltered = listed.value.every((row) => isCaselessSame(resource.idOf(row), id));
  return isFiltered ? { kind: "ok", value: null } : { kind: "unavailable", reason: "FILTER_IGNORED" };
}

const isCaselessSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();
