/**
 * A Unit4 that has nothing but lists, and answers them from memory as fast as it can: what it costs must not be what is measured.
 * Its parent says how long each administration's lists are and what is new in them.
 */
import { createServer } from "node:http";
import { serveParent } from "../child.ts";
import { type Lists, listBody } from "./list-rows.ts";

export type ListCommand =
  /** Lists of these administrations from now on; `"*"` for those that nothing was said of. */
  | { readonly kind: "show"; readonly database: string; readonly lists: Lists }
  /** Begins to count anew. */
  | { readonly kind: "count" };

export type ListAnswer = {
  readonly port: number;
  /** Requests since the count began, and the most that were under way at a time. */
  readonly calls: number;
  readonly mostAtOnce: number;
};

/** So that calls overlap as they do at a server that has other work. */
const ANSWERS_AFTER_MS = 10;
/** Answers of so many rows are made once for all who ask for the same. */
const KEPT_ROWS = 1_000;
const MOST_KEPT = 64;

const shown = new Map<string, Lists>();
const kept = new Map<string, Buffer>();
let calls = 0;
let underWay = 0;
let mostAtOnce = 0;

function answerTo(url: URL): Buffer | null {
  const [, , , database = "", resource] = url.pathname.split("/");
  const lists = shown.get(database) ?? shown.get("*");
  const entity = { CustomerInfoList: "customers", ProductInfoList: "articles" }[resource ?? ""];
  if (lists === undefined || (entity !== "customers" && entity !== "articles")) return null;
  const [from, rows] = ["$skip", "$top"].map((name) => Number(url.searchParams.get(name) ?? 0));
  const key = `${entity} ${lists[entity]} ${lists.generation} ${lists.mark} ${from} ${rows}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const body = listBody(entity, lists, { from: from ?? 0, rows: rows ?? 0 });
  if (lists[entity] <= KEPT_ROWS && lists.mark === null && kept.size < MOST_KEPT) kept.set(key, body);
  return body;
}

const server = createServer((request, response) => {
  calls += 1;
  underWay += 1;
  mostAtOnce = Math.max(mostAtOnce, underWay);
  response.once("close", () => {
    underWay -= 1;
  });
  const body = answerTo(new URL(request.url ?? "/", "http://127.0.0.1"));
  response.writeHead(body === null ? 404 : 200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": body?.length ?? 2,
  });
  setTimeout(() => response.end(body ?? "{}"), ANSWERS_AFTER_MS);
});
server.keepAliveTimeout = 600_000;
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const counted = (): ListAnswer => ({ port, calls, mostAtOnce });

serveParent<ListCommand, ListAnswer>(counted(), async (command) => {
  const before = counted();
  if (command.kind === "show") shown.set(command.database, command.lists);
  else [calls, mostAtOnce] = [0, underWay];
  return before;
});
