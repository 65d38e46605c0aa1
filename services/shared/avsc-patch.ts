/**
 * avsc reads as many items as a list or map says that it has, before it looks whether there are bytes for them: ten
 * bytes that claim 2^53 items end the process (case O55). Import once, before any schema is read.
 */
import avsc from "avsc";
import { RECORD_LIMITS } from "./domain/record-limits.ts";
import { Unreadable } from "./domain/wire-format.ts";

/** Where avsc is in the bytes. */
type Tap = { pos: number; readLong(): number; readString(): string };
type Reads = { _read(tap: Tap): unknown; _skip(tap: Tap): void };
type ListType = Reads & { readonly itemsType: Reads };
type MapType = Reads & { readonly valuesType: Reads };

const { ArrayType, MapType } = avsc.types as unknown as {
  readonly ArrayType: { readonly prototype: ListType };
  readonly MapType: { readonly prototype: MapType };
};

/** Calls `item` for each item that follows. @throws Unreadable TOO_LARGE */
function forEachItem(tap: Tap, item: () => void): void {
  let items = 0;
  for (let block = tap.readLong(); block !== 0; block = tap.readLong()) {
    // A negative count has the block's size in bytes behind it.
    if (block < 0) tap.readLong();
    items += Math.abs(block);
    // Also what is not a number, as behind the end of the bytes.
    if (!(items <= RECORD_LIMITS.listItems)) throw new Unreadable("TOO_LARGE", "a list has too many rows");
    for (let left = Math.abs(block); left > 0; left -= 1) item();
  }
}

ArrayType.prototype._read = function (this: ListType, tap: Tap): unknown {
  const items: unknown[] = [];
  forEachItem(tap, () => items.push(this.itemsType._read(tap)));
  return items;
};
ArrayType.prototype._skip = function (this: ListType, tap: Tap): void {
  forEachItem(tap, () => this.itemsType._skip(tap));
};
MapType.prototype._read = function (this: MapType, tap: Tap): unknown {
  const entries: [string, unknown][] = [];
  forEachItem(tap, () => entries.push([tap.readString(), this.valuesType._read(tap)]));
  return Object.fromEntries(entries);
};
MapType.prototype._skip = function (this: MapType, tap: Tap): void {
  forEachItem(tap, () => {
    tap.readString();
    this.valuesType._skip(tap);
  });
};
