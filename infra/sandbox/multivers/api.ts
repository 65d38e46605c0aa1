import type { Administration, AdministrationOptions } from "./administration/administration.ts";
import type { TokenOwner } from "./oauth/token-store.ts";
import { ODataError } from "./odata/odata-fields.ts";
import { type Answer, frameworkAnswer, jsonAnswer, refusal } from "./request/answer.ts";
import type { RequestPath } from "./request/request-path.ts";
import type { ResourceRequest } from "./request/resource-request.ts";
import { administrationInfo, administrationInfoList, administrationNvl, resourceNamed } from "./resources.ts";
import type { OrderRow } from "./rows/order-row.ts";
import type { SandboxSettings } from "./sandbox-settings.ts";

/** A request below `/api/`; `database` is the code of the administration it names, as registered. */
export type ApiRequest = Readonly<{
  path: RequestPath;
  method: string;
  query: URLSearchParams;
  body: string;
  owner: TokenOwner;
  database: string | null;
  /** Is told of an order right after it was stored. */
  onOrderStored: (order: OrderRow) => void;
}>;

/** What the API serves. */
export type ApiOptions = Readonly<{
  administration: (database: string) => Administration;
  /** The administrations of a portal user. */
  administrationsOf: (portalUser: string) => readonly AdministrationOptions[];
  /** Refuse an order without `vatScenarioId` instead of taking the customer's. */
  requireVatScenario: boolean;
  maximumPageSize: number | null;
  /** The settings in force and the time, asked for at each request. */
  settings: () => SandboxSettings;
  now: () => Date;
}>;

/** Answers a request below `/api/`: login first, then the address, then the resource. */
export function answerApi(request: ApiRequest, options: ApiOptions): Answer {
  if (request.path.format === "xml") return frameworkAnswer(406, "This sandbox speaks JSON only.");
  if (request.owner.kind !== "valid")
    return frameworkAnswer(401, "Authorization has been denied for this request.");
  try {
    return answerOwner(request, options, request.owner.portalUser);
  } catch (error) {
    if (error instanceof ODataError) return refusal(error.message);
    throw error;
  }
}

function answerOwner(request: ApiRequest, options: ApiOptions, portalUser: string): Answer {
  const own = options.administrationsOf(portalUser);
  const [first = "", name = "", ...rest] = request.path.segments;
  const general = generalResource(request, own);
  if (general !== null) return general;
  if (request.database === null) return frameworkAnswer(404, `Administration '${first}' was not found.`);
  if (!own.some((one) => one.database === request.database))
    return frameworkAnswer(403, "No rights for this administration.");
  const resource = resourceNamed(name);
  if (resource === undefined) return notFound();
  if (!METHODS.get(name.toLowerCase())?.includes(request.method) && request.method !== "GET")
    return frameworkAnswer(405, `The requested resource does not support http method '${request.method}'.`);
  const { method, body, onOrderStored } = request;
  const { requireVatScenario, maximumPageSize } = options;
  const { passivePolicy: passive, cutReference, invisibleOrdersMs, ignoreFilter } = options.settings();
  const asked: ResourceRequest = {
    administration: options.administration(request.database),
    method,
    rest,
    query: ignoreFilter ? withoutFilter(request.query) : request.query,
    body,
    policy: { requireVatScenario, passive, cutReference },
    maximumPageSize,
    // Without the setting no clock that jumps back may hide an order.
    ordersListedUntilMs: invisibleOrdersMs === 0 ? Infinity : options.now().getTime() - invisibleOrdersMs,
    onOrderStored,
  };
  return resource(asked) ?? notFound();
}

function withoutFilter(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => name !== "$filter"));
}

// Only orders may be written: whoever writes master data finds out here.
const METHODS: ReadonlyMap<string, readonly string[]> = new Map([["order", ["POST"]]]);

/** The resources that need no administration; null if it is not one of them. */
function generalResource(
  { path, method, query }: ApiRequest,
  own: readonly AdministrationOptions[],
): Answer | null {
  const [first = "", id = "", ...rest] = path.segments;
  const answer = method === "GET" && rest.length === 0 ? GENERAL.get(first.toLowerCase()) : undefined;
  return answer === undefined ? null : answer({ own, id, query });
}

type General = (request: {
  own: readonly AdministrationOptions[];
  id: string;
  query: URLSearchParams;
}) => Answer;

const GENERAL: ReadonlyMap<string, General> = new Map<string, General>([
  ["administrationnvl", ({ own, query }) => administrationNvl(own, query)],
  ["administrationinfolist", ({ own, query }) => administrationInfoList(own, query)],
  ["administrationinfo", ({ own, id }) => oneAdministration(own, id)],
  ["version", () => jsonAnswer("2.2.0.0")],
]);

function oneAdministration(own: readonly AdministrationOptions[], id: string): Answer {
  const found = own.find((one) => one.database.toLowerCase() === id.toLowerCase());
  return found === undefined ? notFound() : jsonAnswer(administrationInfo(found));
}

function notFound(): Answer {
  return frameworkAnswer(404, "No HTTP resource was found that matches the request URI.");
}
