import type { ResyncedEntity } from "../../../services/shared/operations/domain/resync-wish.ts";
import { UsageError } from "../command.ts";

const ENTITIES: ReadonlyMap<string, ResyncedEntity> = new Map([
  ["customers", "customer"],
  ["articles", "article"],
]);

/** The lists that a typed `--entity` names; both where nothing was typed. @throws UsageError */
export function entitiesOf(entity: string | undefined): readonly ResyncedEntity[] {
  if (entity === undefined) return [...ENTITIES.values()];
  const named = ENTITIES.get(entity);
  if (named === undefined)
    throw new UsageError(`${entity} is no entity; one of ${[...ENTITIES.keys()].join(", ")}.`);
  return [named];
}
