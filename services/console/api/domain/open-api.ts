/**
 * The description of the interface as generators of clients need it. What zod and Fastify make of the routes is right, but
 * it names no schema, repeats each answer, and says some things in ways that some languages cannot read.
 */

type Json = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.1 document, as far as it is looked at here. */
export type Description = {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: Json;
};
type Operation = {
  readonly operationId?: string;
  readonly parameters?: readonly (Json & { readonly schema?: Json })[];
  readonly requestBody?: Content & Json;
  readonly responses?: Readonly<Record<string, Content & Json>>;
};
type Content = { readonly content?: Readonly<Record<string, { readonly schema?: Json }>> };

/** Headers of answers, which schemas do not tell of. */
const HEADERS: Readonly<Record<string, Json>> = {
  401: header("WWW-Authenticate", "Asks for a key: Bearer.", { type: "string" }),
  429: header("Retry-After", "Seconds to wait.", { type: "integer" }),
};

/**
 * Names every object: what an operation takes is its Request, what it gives its Answer, what has a title bears that, and an object
 * inside of another one has both names.
 * @throws Error for two different objects of one name
 */
export function forGenerators<Given extends Description>(description: Given): Given {
  const schemas = new Map<string, Json>();
  const paths = mapValues(description.paths ?? {}, (methods) =>
    mapValues(methods, (operation) => namedOperation(operation, schemas)),
  );
  const components = {
    ...description.components,
    schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return { ...description, paths, components };
}

function namedOperation(operation: Operation, schemas: Map<string, Json>): Operation {
  const name = capitalised(operation.operationId ?? "");
  const { parameters, requestBody, responses = {} } = operation;
  return {
    ...operation,
    ...(parameters === undefined
      ? {}
      : {
          parameters: parameters.map(({ schema = {}, ...rest }) => ({
            ...rest,
            schema: readableEverywhere(schema),
          })),
        }),
    ...(requestBody === undefined
      ? {}
      : { requestBody: namedContent(requestBody, (schema) => named(schema, `${name}Request`, schemas)) }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [
        status,
        {
          ...namedContent(response, (schema) => named(asAnswer(schema), `${name}Answer`, schemas)),
          ...(HEADERS[status] ?? {}),
        },
      ]),
    ),
  };
}

function namedContent<Body extends Content>(body: Body, name: (schema: Json) => Json): Body {
  const { content = {} } = body;
  return {
    ...body,
    content: mapValues(content, (media) => {
      if (media.schema === undefined) return media;
      // What is said of it stands at the answer itself.
      const { description: _, ...schema } = name(media.schema);
      return { ...media, schema };
    }),
  };
}

/** The schema with its objects replaced by references to them. Says of a reference what was said of the object there. */
function named(schema: Json, name: string, schemas: Map<string, Json>): Json {
  const { properties, items, anyOf } = schema;
  if (isJson(items)) return { ...schema, items: named(items, name, schemas) };
  if (Array.isArray(anyOf))
    return { ...schema, anyOf: anyOf.map((branch: Json) => named(branch, name, schemas)) };
  if (!isJson(properties)) return readableEverywhere(schema);
  const { title, description, ...rest } = schema;
  const own = typeof title === "string" ? title : name;
  const members = Object.entries(properties).map(([member, inner]) => [
    member,
    named(inner as Json, own + capitalised(member), schemas),
  ]);
  const object = { ...rest, properties: Object.fromEntries(members) };
  const known = schemas.get(own);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(object))
    throw new Error(`two schemas of the interface are called ${own}`);
  schemas.set(own, object);
  return { $ref: `#/components/schemas/${own}`, ...(description === undefined ? {} : { description }) };
}

/** A later release may add a member: clients must not refuse what they do not know. */
function asAnswer(value: Json): Json {
  return mapJson(value, ({ additionalProperties, ...rest }) =>
    additionalProperties === false || additionalProperties === undefined
      ? rest
      : { ...rest, additionalProperties },
  );
}

/** As far as a number of JavaScript is exact: what zod says of every whole number. */
const EXACT = Number.MAX_SAFE_INTEGER;

/**
 * A format says it all: the pattern beside it is JavaScript's own, which others read otherwise. Whole numbers without a bound of
 * their own need more than 32 bits, which is what some languages take.
 */
function readableEverywhere(schema: Json): Json {
  const { pattern, minimum, maximum, ...rest } = schema;
  return {
    ...rest,
    ...(pattern === undefined || schema["format"] !== undefined ? {} : { pattern }),
    ...(minimum === undefined || minimum === -EXACT ? {} : { minimum }),
    ...(maximum === undefined || maximum === EXACT ? {} : { maximum }),
    ...(maximum === EXACT ? { format: "int64" } : {}),
  };
}

function header(name: string, description: string, schema: Json): Json {
  return { headers: { [name]: { description, schema } } };
}

const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every object of a tree, inner ones first. */
function mapJson(value: Json, change: (object: Json) => Json): Json {
  const inner = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(inner);
    return isJson(one) ? mapJson(one, change) : one;
  };
  return change(mapValues(value, inner));
}

const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
