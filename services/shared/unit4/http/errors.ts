import type { PlainText } from "../../domain/plain-text.ts";

/** A tenant and the administration that a call is about. */
export type Unit4Tenant = {
  readonly tenantId: string;
  /** Unit4's database code, such as MVL00042. */
  readonly administration: string;
  /** How GETs for it are made; as for any other where it is left out. */
  readonly terms?: GetTerms;
};

/** What a caller grants a tenant's GETs. */
export type GetTerms = {
  /** Longest time without a byte of the answer, in milliseconds, for a tenant that failed lately: its GETs are not repeated either. */
  readonly silenceMs: number | null;
  /** Ends them when it fires. */
  readonly signal: AbortSignal;
  /** Asked where an answer grows beyond 4 MB; it is read on when this resolves. */
  readonly mayGrow: () => Promise<void>;
};

/** What Unit4 itself says about a request, in its own words (Dutch), at most 500 characters, on one line. */
export type Unit4Message = {
  readonly kind: "error" | "warning" | "info";
  readonly text: PlainText;
  /** Where in the request it is about, such as `/orderLines/0/productId`; `/` for all of it. */
  readonly path: string;
};

/** Why a call gave nothing usable. Reasons are short codes without content of the answer, such as HTTP_503 or TIMED_OUT. */
export type Unavailable = { readonly kind: "unavailable"; readonly reason: string };

/** Unit4 asked for rest: no request is made for this tenant before `until`, milliseconds since 1970 UTC. */
export type Parked = { readonly kind: "parked"; readonly until: number };

/** Why a tenant has no access: nothing helps but a person. */
export type NoAccess =
  /** There is no connection, or Unit4 ended it: a person connects again. */
  | { readonly kind: "revoked" }
  /** Unit4 refuses our own application: an operator mends the client id or secret. */
  | { readonly kind: "client-refused" };

/** What came of a call when it is not `ok`. */
export type CallFailure =
  | Unavailable
  | Parked
  | NoAccess
  /** The login has no rights: 403, or 401 with a token that was refreshed just now. */
  | { readonly kind: "forbidden"; readonly status: 401 | 403 }
  /**
   * 404. Says nothing about absence by itself: an address that is down for maintenance gives it too. `messages` are those
   * of the business rules, where they have spoken.
   */
  | { readonly kind: "not-found"; readonly messages: readonly Unit4Message[] }
  /** 400, 409 or 422: Unit4 understood the request and refused it. */
  | { readonly kind: "refused"; readonly status: number; readonly messages: readonly Unit4Message[] };

/** What came of a call. */
export type CallResult<T> = { readonly kind: "ok"; readonly value: T } | CallFailure;
