import {
  REPLAYED_ENTITIES,
  type ReplayBound,
  type ReplayWish,
  replayWishSchema,
} from "../../../services/shared/operations/domain/replay-wish.ts";
import { UsageError } from "../command.ts";
import { timeOf } from "./typed-time.ts";
import { wishFrom } from "./typed-wish.ts";

/** What was typed after `replay`. */
export type ReplayWords = {
  readonly entity?: string;
  readonly tenant?: readonly string[];
  readonly allTenants: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly fromOffset?: string;
  readonly toOffset?: string;
  readonly rate?: string;
  readonly preview: boolean;
};

/** The wish in words. @param nowMs what "ago" counts from, milliseconds since 1970 UTC @throws UsageError */
export function replayWishOf(words: ReplayWords, nowMs: number): ReplayWish {
  const { entity, tenant, allTenants, rate } = words;
  if (entity === undefined) throw new UsageError(`Which entity? One of ${REPLAYED_ENTITIES.join(", ")}.`);
  if ((tenant === undefined) !== allTenants)
    throw new UsageError("Which tenants? Name them by --tenant, or say --all-tenants.");
  if (rate !== undefined && !/^[1-9]\d{0,6}$/.test(rate))
    throw new UsageError(`${rate} is no number of records a second.`);
  return wishFrom(replayWishSchema, {
    entity,
    tenantIds: tenant ?? null,
    from: boundOf("from", words.from, words.fromOffset, nowMs),
    to: boundOf("to", words.to, words.toOffset, nowMs),
    recordsPerSecond: rate === undefined ? null : Number(rate),
    hasPreview: words.preview,
  });
}

function boundOf(
  name: "from" | "to",
  time: string | undefined,
  place: string | undefined,
  nowMs: number,
): ReplayBound | null {
  if (time !== undefined && place !== undefined)
    throw new UsageError(`--${name} and --${name}-offset are two ways to say one thing; use one.`);
  if (time !== undefined) return { atMs: timeOf(time, nowMs) };
  if (place === undefined) return null;
  const [, partition, offset] = /^(\d{1,6}):(\d{1,15})$/.exec(place) ?? [];
  if (partition === undefined || offset === undefined)
    throw new UsageError(`${place} is no place; write <partition>:<offset>, such as 3:1200.`);
  return { partition: Number(partition), offset: Number(offset) };
}
