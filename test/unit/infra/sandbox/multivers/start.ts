import type { TestContext } from "node:test";
import {
  createMultivers,
  type Multivers,
  type MultiversOptions,
} from "../../../../../infra/sandbox/multivers/multivers.ts";
import type { TokenSet } from "../../../../../infra/sandbox/multivers/oauth/token-store.ts";
import type { OrderInfoRow } from "../../../../../infra/sandbox/multivers/orders/order-info.ts";
import type { AddressRow } from "../../../../../infra/sandbox/multivers/rows/address-row.ts";
import type { CustomerRow } from "../../../../../infra/sandbox/multivers/rows/customer-row.ts";
import type {
  CustomFieldDefinition,
  NameValue,
} from "../../../../../infra/sandbox/multivers/rows/lookups.ts";
import type { OrderRow } from "../../../../../infra/sandbox/multivers/rows/order-row.ts";
import type { ProductRow } from "../../../../../infra/sandbox/multivers/rows/product-row.ts";

/** A running emulator with small administrations of two portal users, and the requests that the tests make of it. */
export type Started = Readonly<{
  multivers: Multivers;
  url: string;
  /** A call with a fresh token of `linde` (or of `as`); `path` stands below the version. */
  call: (path: string, init?: RequestInit & { as?: string }) => Promise<Reply>;
  postOrder: (order: object) => Promise<Reply>;
  /** A POST to the token endpoint with the client's id and secret, unless overruled. */
  token: (form: Readonly<Record<string, string>>) => Promise<Reply>;
}>;

/** An answer. `json` and `rows` have the type of everything that some answer holds; each test knows what it asked for. */
type Reply = Readonly<{
  status: number;
  headers: Headers;
  text: string;
  json: AnyRow & OrderRow & TokenSet & Readonly<{ Message: string; ModelState: object; error: string }>;
  rows: readonly AnyRow[];
}>;

type AnyRow = CustomerRow &
  ProductRow &
  AddressRow &
  NameValue &
  CustomFieldDefinition &
  Pick<OrderInfoRow, "orderId" | "invoiceId">;

export const LINDE = "MVL00042";
export const BOS = "MVL00077";

/** Starts the emulator on a free port and stops it after the test. */
export async function startMultivers(
  t: TestContext,
  overrides: Partial<MultiversOptions> = {},
): Promise<Started> {
  const multivers = createMultivers({
    clientId: "client",
    clientSecret: "secret",
    dataDir: null,
    administrations: [
      { database: LINDE, name: "De Linde", portalUser: "linde", portalPassword: "demo", size: "small" },
      { database: BOS, name: "Garage Bos", portalUser: "bos", portalPassword: "demo", size: "small" },
    ],
    ...overrides,
  });
  t.after(() => multivers.close());
  const url = await multivers.listen(0);
  const call: Started["call"] = async (path, { as = "linde", ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization"))
      headers.set("authorization", `Bearer ${multivers.tokens.issueTokens(as).access_token}`);
    return replyOf(await fetch(`${url}/V22/${path}`, { redirect: "manual", ...init, headers }));
  };
  return {
    multivers,
    url,
    call,
    postOrder: (order) =>
      call(`api/${LINDE}/Order`, {
        method: "POST",
        body: JSON.stringify(order),
        headers: { "content-type": "application/json" },
      }),
    token: async (form) =>
      replyOf(
        await fetch(`${url}/V22/OAuth/Token`, {
          method: "POST",
          body: new URLSearchParams({ client_id: "client", client_secret: "secret", ...form }),
        }),
      ),
  };
}

/** The path of a resource of De Linde with a query, encoded. */
export function linde(resource: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `api/${LINDE}/${resource}${search === "" ? "" : `?${search}`}`;
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  const json = isJson ? JSON.parse(text) : null;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json,
    rows: Array.isArray(json) ? json : [],
  };
}
