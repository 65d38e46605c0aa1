/** Who a person is according to the provider of OpenID Connect, as far as this console looks. */
export type Identity = {
  readonly issuer: string;
  readonly subject: string;
  /** The address that the provider has verified; empty where it has none: anybody can claim another one. */
  readonly email: string;
  readonly name: string;
  /** What the provider's claims say of role and tenant; null where it says nothing. */
  readonly claimed: ClaimedPlace | null;
};

export type ClaimedPlace =
  | { readonly role: "operator" }
  | { readonly role: "user"; readonly tenantId: string; readonly tenantName: string };

/** Names of the claims that say where a person belongs; undefined: the provider does not say. */
export type ClaimNames = {
  readonly tenant: string | undefined;
  readonly tenantName: string | undefined;
  readonly role: string | undefined;
};

const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Longer names than this are cut. */
const NAME_LENGTH = 200;

/** Reads the claims of an ID token. `iss` and `sub` were verified before. */
export function identityFrom(
  claims: Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string },
  names: ClaimNames,
): Identity {
  const email = claims["email_verified"] === true ? textOf(claims["email"]) : "";
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email,
    name: textOf(claims["name"]) || email || claims.sub,
    claimed: claimedPlace(claims, names),
  };
}

function claimedPlace(claims: Readonly<Record<string, unknown>>, names: ClaimNames): ClaimedPlace | null {
  if (names.role !== undefined && isOperator(claims[names.role])) return { role: "operator" };
  if (names.tenant === undefined) return null;
  const tenantId = textOf(claims[names.tenant]);
  if (!TENANT_ID.test(tenantId)) return null;
  const tenantName = names.tenantName === undefined ? "" : textOf(claims[names.tenantName]);
  return { role: "user", tenantId, tenantName: tenantName || tenantId };
}

/** A role or a list of roles. */
const isOperator = (value: unknown): boolean =>
  value === "operator" || (Array.isArray(value) && value.includes("operator"));

const textOf = (value: unknown): string =>
  typeof value === "string" ? value.trim().slice(0, NAME_LENGTH) : "";

/**
 * A path of our own to go to after signing in; anything else becomes the start page: no open redirect, and nothing that a
 * header cannot carry.
 */
export function ownPath(wanted: unknown): string {
  if (typeof wanted !== "string" || !/^\/(?![/\\])[!-[\]-~]*$/.test(wanted)) return "/";
  return wanted.startsWith("/sign-in") ? "/" : wanted;
}
