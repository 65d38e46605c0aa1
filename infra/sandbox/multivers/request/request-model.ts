/** What was read of an object in a request: every field of the template, and the names that really stood there. */
export type ReadObject<Shape> = Readonly<{ value: Shape; given: ReadonlySet<string> }>;

/** Type faults by path, as the framework behind the API lists them. */
export type ModelState = Record<string, string[]>;

/**
 * Reads an object the way the API binds a body to its model: names in any case, unknown ones ignored, missing ones and
 * `null` take the template's value. A number may be text (`"0"`), as .NET takes it, enumerations too. A value of another type
 * than the template's is put down in `faults`. Lists and objects are left to the caller: here they take the template's value.
 */
export function readObject<Shape extends object>(
  body: unknown,
  { template, path, faults }: { template: Shape; path: string; faults: ModelState },
): ReadObject<Shape> {
  const sent = lowerCased(body);
  const given = new Set<string>();
  const value = { ...template };
  for (const [name, standard] of Object.entries(template)) {
    const found = sent.get(name.toLowerCase());
    if (found === undefined || found === null || typeof standard === "object") continue;
    given.add(name);
    const taken = typeof standard === "number" ? numberOf(found) : found;
    if (fits(taken, standard)) Reflect.set(value, name, taken);
    else
      faults[`${path}.${name}`] = [
        `Error converting value ${JSON.stringify(found)} to type '${typeof standard}'.`,
      ];
  }
  return { value, given };
}

/** The member `name` of a body, whatever its case; `undefined` when the body is not an object or has no such member. */
export function memberOf(body: unknown, name: string): unknown {
  return lowerCased(body).get(name.toLowerCase());
}

function lowerCased(body: unknown): ReadonlyMap<string, unknown> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return new Map();
  return new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
}

const numberOf = (value: unknown): unknown =>
  typeof value === "string" && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;

// Half a surrogate pair is no Unicode text; a strict reader of JSON refuses it.
function fits(value: unknown, standard: unknown): boolean {
  return typeof value === typeof standard && (typeof value !== "string" || value.isWellFormed());
}
