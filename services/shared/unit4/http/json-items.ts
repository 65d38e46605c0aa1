const [SPACE, TAB, LINE_FEED, RETURN] = [0x20, 0x09, 0x0a, 0x0d];
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where an item of a list stands in its bytes, the end not included. */
export type ItemPlace = { readonly start: number; readonly end: number };

/**
 * Places of the items of a JSON list, found without reading them, so that a list of any size can be read item by item.
 * @param start where the list begins in the bytes
 * @returns null where the bytes are no list of one piece; the items themselves are not looked into
 */
export function itemPlaces(bytes: Buffer, start: number): readonly ItemPlace[] | null {
  const places: ItemPlace[] = [];
  let at = afterSpaces(bytes, start);
  if (bytes[at] !== OPEN_LIST) return null;
  at = afterSpaces(bytes, at + 1);
  if (bytes[at] === CLOSE_LIST) return afterSpaces(bytes, at + 1) === bytes.length ? places : null;
  for (;;) {
    const end = endOfItem(bytes, at);
    if (end === null || end === at) return null;
    places.push({ start: at, end });
    if (bytes[end] === CLOSE_LIST) return afterSpaces(bytes, end + 1) === bytes.length ? places : null;
    at = afterSpaces(bytes, end + 1);
  }
}

/** Where the comma or the bracket behind the item stands. */
function endOfItem(bytes: Buffer, start: number): number | null {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
    else if (depth === 0 && (byte === COMMA || byte === CLOSE_LIST)) return at;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
  }
  return null;
}

/** Where the quote that ends a text stands; the end of the bytes where there is none. */
function endOfText(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(QUOTE, start + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let first = at;
    while (bytes[first - 1] === BACKSLASH) first -= 1;
    if ((at - first) % 2 === 0) return at;
  }
  return bytes.length;
}

function afterSpaces(bytes: Buffer, start: number): number {
  let at = start;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

const isSpace = (byte: number | undefined): boolean =>
  byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB;
