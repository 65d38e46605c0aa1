import type { Queryable } from "../../postgres.ts";
import type { Unavailable } from "../http/errors.ts";
import type { TokenCipher } from "./token-cipher.ts";
import type { ConnectionTokens, TokenEndpoint } from "./token-endpoint.ts";
import { insertConnection } from "./token-store.ts";

type CodeResult =
  | { readonly kind: "ok"; readonly tokens: ConnectionTokens }
  /** The code is used up, too old or not ours: the person logs in once more. */
  | { readonly kind: "code-refused" }
  | { readonly kind: "client-refused" }
  | Unavailable;

export type ConnectionCalls = {
  /** Address of Unit4's own login page (rule A3). @param login.state comes back with the code; bind it to the session */
  authorizeUrl(login: { readonly redirectUri: string; readonly state: string }): string;
  /** Tokens for the code of a login. @param login.redirectUri the one of `authorizeUrl` */
  exchangeCode(login: { readonly code: string; readonly redirectUri: string }): Promise<CodeResult>;
  /** Keeps the tokens as the tenant's connection, in place of an earlier one. @param connection.by who connected */
  storeConnection(
    db: Queryable,
    connection: { readonly tenantId: string; readonly tokens: ConnectionTokens; readonly by: string },
  ): Promise<void>;
};

/** The only scope that the API has. */
const SCOPE = "http://UNIT4.Multivers.API/Web/WebApi/*";

export function createConnectionCalls(options: {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly endpoint: TokenEndpoint;
  readonly cipher: TokenCipher;
}): ConnectionCalls {
  const { baseUrl, clientId, endpoint, cipher } = options;
  return {
    authorizeUrl: ({ redirectUri, state }) => {
      const url = new URL(`${baseUrl}/OAuth/Authorize`);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: SCOPE,
        response_type: "code",
        state,
      }).toString();
      return url.href;
    },
    exchangeCode: async ({ code, redirectUri }) => {
      const answer = await endpoint.redeemCode(code, redirectUri);
      switch (answer.kind) {
        case "granted": {
          const { refreshToken } = answer.tokens;
          return refreshToken === null
            ? { kind: "unavailable", reason: "TOKEN_ANSWER_UNUSABLE" }
            : { kind: "ok", tokens: { ...answer.tokens, refreshToken } };
        }
        case "grant-refused":
          return { kind: "code-refused" };
        case "asked-to-wait":
          return { kind: "unavailable", reason: "TOKEN_ASKED_TO_WAIT" };
        case "client-refused":
        case "unavailable":
          return answer;
      }
    },
    storeConnection: (db, connection) => insertConnection(db, cipher, connection),
  };
}
