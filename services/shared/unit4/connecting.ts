import type { Queryable } from "../postgres.ts";
import type { Unavailable } from "./errors.ts";
import type { Tokens } from "./token-endpoint.ts";

export type CodeOutcome =
  | { readonly kind: "ok"; readonly tokens: Tokens }
  /** The code is used up, too old or not ours: the person logs in once more. */
  | { readonly kind: "code-refused" }
  | { readonly kind: "client-refused" }
  | Unavailable;

export type ConnectionCalls = {
  /** Unit4's own login page. @param state comes back with the code; bind it to the session */
  authorizeUrl(login: { readonly redirectUri: string; readonly state: string }): string;
  /** Tokens for the code of a login. */
  exchangeCode(login: { readonly code: string; readonly redirectUri: string }): Promise<CodeOutcome>;
  /** Keeps the tokens as the tenant's connection, in place of an earlier one. @param by who connected */
  storeConnection(
    db: Queryable,
    connection: { readonly tenantId: string; readonly tokens: Tokens; readonly by: string },
  ): Promise<void>;
};
