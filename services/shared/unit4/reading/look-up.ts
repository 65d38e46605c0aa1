import type { Get } from "../calls/get.ts";
import type { CallResult, Unit4Tenant } from "../http/errors.ts";
import type { Operation } from "../http/unit4-telemetry.ts";
import { equals, filterSpellings, fitsPath, listQuery, pathSegment } from "./odata.ts";
import { allOf, oneOf } from "./readings.ts";
import type { RowReader } from "./row-reader.ts";

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
 * documented, so it takes two signs: the look-up by path refuses, and the list filtered by the id is empty. An id that a
 * path cannot carry is looked for by filters alone, in each spelling that a server may read (case O50).
 */
export async function findById<Row>(
  get: Get,
  resource: Resource<Row>,
  wanted: { readonly tenant: Unit4Tenant; readonly id: string },
): Promise<CallResult<Row | null>> {
  const { tenant, id } = wanted;
  if (!fitsPath(id)) return findBySpellings(get, resource, wanted);
  const single = await get(
    {
      tenant,
      operation: resource.single.operation,
      path: administrationPath(tenant, `${resource.single.name}/${pathSegment(id)}`),
    },
    oneOf(resource.read),
  );
  if (single.kind === "ok" && resource.idOf(single.value) === id) return single;
  if (!leavesItToTheList(single)) return single;

  const listed = await findByFilter(get, resource, { ...wanted, spelling: id });
  // A front end may refuse this id alone: no sign of absence, and no statement about the tenant's rights.
  return single.kind === "forbidden" && listed.kind === "ok" && listed.value === null ? single : listed;
}

const leavesItToTheList = ({ kind }: CallResult<unknown>): boolean =>
  kind === "ok" || kind === "not-found" || kind === "refused" || kind === "forbidden";

async function findBySpellings<Row>(
  get: Get,
  resource: Resource<Row>,
  wanted: { readonly tenant: Unit4Tenant; readonly id: string },
): Promise<CallResult<Row | null>> {
  let missing: CallResult<Row | null> = { kind: "ok", value: null };
  for (const spelling of filterSpellings(wanted.id)) {
    const found = await findByFilter(get, resource, { ...wanted, spelling });
    if (found.kind === "ok" && found.value !== null) return found;
    // A spelling that brings rows of other ids, or no answer, leaves it open whether the row is there.
    if (found.kind !== "ok" && missing.kind === "ok") missing = found;
  }
  return missing;
}

async function findByFilter<Row>(
  get: Get,
  resource: Resource<Row>,
  wanted: { readonly tenant: Unit4Tenant; readonly id: string; readonly spelling: string },
): Promise<CallResult<Row | null>> {
  const { tenant, id, spelling } = wanted;
  const query = listQuery({ filter: equals(resource.idName, spelling), top: 2 });
  const listed = await get(
    {
      tenant,
      operation: resource.list.operation,
      path: administrationPath(tenant, resource.list.name + query),
    },
    allOf(resource.read),
  );
  if (listed.kind !== "ok") return listed;
  const found = listed.value.find((row) => resource.idOf(row) === id);
  if (found !== undefined) return { kind: "ok", value: found };
  // Unit4 may compare without regard to case; any other row shows that it did not filter at all.
  const isFiltered = listed.value.every((row) => isCaselessSame(resource.idOf(row), spelling));
  return isFiltered ? { kind: "ok", value: null } : { kind: "unavailable", reason: "FILTER_IGNORED" };
}

const isCaselessSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();
