import type { WorkorderArchived } from "../../../schemas/records.ts";
import { derivedId } from "../../shared/domain/derived-id.ts";
import { recordKey } from "../../shared/domain/record-key.ts";

/** What is known of a workorder's archived events: ids in the order of the topic, and the id of the latest archiving. */
export type KnownEvents = { readonly events: readonly string[]; readonly latestArchiving: string };

/** An event that nobody decided before, its id, and its place among those of its workorder, from 1. */
type NewEvent<Event> = { readonly event: Event; readonly id: string; readonly sequence: number };

export type Admitted<Event> = {
  /** In the order in which they came. */
  readonly fresh: readonly NewEvent<Event>[];
  /** Events that were decided before, and retries of an archiving that is not the latest any more. */
  readonly repeated: readonly Event[];
  /** What is known afterwards of the workorders of which more is known than before. */
  readonly known: readonly (KnownEvents & { readonly tenantId: string; readonly workorderId: string })[];
};

/**
 * Tells new events from those that were decided before (case O30) and numbers them (case O35): by what they are and in the
 * order of their topic, never by a clock or an offset, so that it makes no difference which topic is read again, from where,
 * or whether it was made anew.
 * @param known what is known before, by `tenantId/workorderId`
 */
export function admit<Event extends { readonly workorder: WorkorderArchived }>(
  events: readonly Event[],
  known: ReadonlyMap<string, KnownEvents>,
): Admitted<Event> {
  const after = new Map<string, Admitted<Event>["known"][number]>();
  const fresh: NewEvent<Event>[] = [];
  const repeated: Event[] = [];
  for (const event of events) {
    const { tenantId, workorderId } = event.workorder;
    const key = recordKey(tenantId, workorderId);
    const before = after.get(key) ?? known.get(key) ?? null;
    const grown = withEvent(before, event.workorder);
    if (grown !== before) after.set(key, { tenantId, workorderId, ...grown });
    if (grown === before || isOfEarlierArchiving(grown, event.workorder)) repeated.push(event);
    else fresh.push({ event, id: eventId(event.workorder), sequence: grown.events.length });
  }
  return { fresh, repeated, known: [...after.values()] };
}

/** What is known when this event has been seen too; the same where it was seen before. */
function withEvent(known: KnownEvents | null, workorder: WorkorderArchived): KnownEvents {
  const archiving = archivingId(workorder);
  const { retry } = workorder;
  // A retry of what was archived before decisions were noted stands for its archiving too.
  const { events, latestArchiving } = known ?? { events: [archiving], latestArchiving: archiving };
  const id = eventId(workorder);
  if (known !== null && events.includes(id)) return known;
  return {
    events: events.includes(id) ? events : [...events, id],
    latestArchiving: retry === null ? archiving : latestArchiving,
  };
}

/** By what an archived event is known. */
export function eventId(workorder: WorkorderArchived): string {
  const archiving = archivingId(workorder);
  return workorder.retry === null ? archiving : retryId(archiving, workorder.retry.id);
}

const isOfEarlierArchiving = ({ latestArchiving }: KnownEvents, workorder: WorkorderArchived): boolean =>
  workorder.retry !== null && archivingId(workorder) !== latestArchiving;

/**
 * An archiving is known by its whole content. Fields that are null do not count: the id of an old event must not change when
 * the schema grows, so new fields of it are null by default.
 */
function archivingId({ retry: _, ...content }: WorkorderArchived): string {
  return derivedId(
    "archived",
    JSON.stringify(content, (_name, value: unknown) => value ?? undefined),
  );
}

const retryId = (archiving: string, id: string): string => derivedId("retry", archiving, id);
