import assert from "node:assert/strict";
import { test } from "node:test";
import { type Description, forGenerators } from "../../../../services/console/api/domain/open-api.ts";

const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });
const json = (schema: object) => ({ content: { "application/json": { schema } } });

function described(answers: Readonly<Record<string, object>>, request?: object): Description {
  const operation = {
    operationId: "readDoor",
    ...(request === undefined ? {} : { requestBody: json(request) }),
    responses: Object.fromEntries(Object.entries(answers).map(([status, schema]) => [status, json(schema)])),
  };
  return JSON.parse(JSON.stringify(forGenerators({ paths: { "/doors": { post: operation } } as never })));
}
const schemasOf = ({ components }: Description) => components?.["schemas"];

test("every object has a name of its own, and what may be null still may", () => {
  const lock = object({ kind: { type: "string" } }, { description: "Its lock." });
  const description = described(
    { 200: object({ locks: { type: "array", items: lock } }) },
    object({ lock: { anyOf: [lock, { type: "null" }], default: null } }, { additionalProperties: false }),
  );
  assert.deepEqual(schemasOf(description), {
    ReadDoorAnswer: object({
      locks: {
        type: "array",
        items: { $ref: "#/components/schemas/ReadDoorAnswerLocks", description: "Its lock." },
      },
    }),
    ReadDoorAnswerLocks: object({ kind: { type: "string" } }),
    ReadDoorRequest: object(
      {
        lock: {
          default: null,
          anyOf: [
            { $ref: "#/components/schemas/ReadDoorRequestLock", description: "Its lock." },
            { type: "null" },
          ],
        },
      },
      { additionalProperties: false },
    ),
    ReadDoorRequestLock: object({ kind: { type: "string" } }),
  });
});

test("answers with a title share its schema, may grow, and tell of their headers", () => {
  const problem = object({ code: { type: "string" } }, { title: "Problem", additionalProperties: false });
  const description = described({ 401: problem, 429: { ...problem, description: "Too many." } });
  assert.deepEqual(schemasOf(description), { Problem: object({ code: { type: "string" } }) });
  const responses = description.paths?.["/doors"]?.["post"]?.responses;
  assert.deepEqual(Object.keys(responses?.["401"]?.["headers"] ?? {}), ["WWW-Authenticate"]);
  assert.deepEqual(Object.keys(responses?.["429"]?.["headers"] ?? {}), ["Retry-After"]);
  assert.throws(
    () => described({ 400: problem, 401: object({ other: { type: "string" } }, { title: "Problem" }) }),
    /two schemas of the interface are called Problem/,
  );
});

test("patterns beside a format go, and whole numbers without a bound are of 64 bits", () => {
  const description = described({
    200: object({
      at: { type: "string", format: "date-time", pattern: "^(?:x)$" },
      code: { type: "string", pattern: "^x$" },
      count: { type: "integer", minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      minutes: { type: "integer", minimum: 0, maximum: 60 },
    }),
  });
  assert.deepEqual(schemasOf(description), {
    ReadDoorAnswer: object({
      at: { type: "string", format: "date-time" },
      code: { type: "string", pattern: "^x$" },
      count: { type: "integer", format: "int64" },
      minutes: { type: "integer", minimum: 0, maximum: 60 },
    }),
  });
});
