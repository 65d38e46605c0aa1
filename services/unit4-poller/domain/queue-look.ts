/** Looks at a queue of what is due, of which as much is taken as there is room for. */
export type QueueLook = {
  /** What a look gave: `taken` of the `room` that there was, which was at least 1. */
  looked(room: number, taken: number): void;
  /** Whether a look before its time may be worth what it costs. */
  isWorthALook(room: number): boolean;
};

/** Part of all places that are free before they are filled: a look that takes four costs hardly more than one that takes one. */
const WORTH_PART = 1 / 4;

/**
 * A look costs a statement, whatever it gives. After one that gave less than there was room for nothing more is due, and the
 * next one has time until the loop's own beat; after one that gave all, several places are filled at once.
 * @param places how much may be taken in all
 */
export function createQueueLook(places: number): QueueLook {
  let isMoreDue = false;
  return {
    looked: (room, taken) => {
      isMoreDue = taken >= room;
    },
    isWorthALook: (room) => isMoreDue && room >= Math.max(1, Math.floor(places * WORTH_PART)),
  };
}
