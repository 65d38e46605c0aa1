import { randomBytes } from "node:crypto";
import { type Journal, openJournal } from "../administration/journal.ts";

/** The answer of the token endpoint, as it goes over the wire. */
export type TokenSet = Readonly<{
  access_token: string;
  token_type: "bearer";
  expires_in: number;
  refresh_token: string;
}>;

/** Whose token it is; `expired` and `unknown` are both a 401. */
export type TokenOwner = Readonly<
  { kind: "valid"; portalUser: string } | { kind: "expired" } | { kind: "unknown" }
>;

/** How long access tokens live, and whether a refresh ends the old refresh token; asked for each time. */
type TokenLife = Readonly<{ accessTokenSeconds: number; rotateRefreshTokens: boolean }>;

type Mutation =
  | { do: "access"; token: string; portalUser: string; expiresAtMs: number }
  | { do: "refresh"; token: string; portalUser: string }
  | { do: "refresh-used"; token: string }
  | { do: "expired"; portalUser: string }
  | { do: "revoked"; portalUser: string };

/**
 * Codes and tokens of the login. Tokens are kept over a restart, codes live ten minutes and work once. A refresh gives a
 * new refresh token; the old one goes on working unless `rotateRefreshTokens` is set.
 */
export class TokenStore {
  readonly #options: Readonly<{ now: () => Date; life: () => TokenLife }>;
  readonly #journal: Journal<Mutation>;
  readonly #codes = new Map<string, { portalUser: string; redirectUri: string; expiresAtMs: number }>();
  readonly #access = new Map<string, { portalUser: string; expiresAtMs: number }>();
  readonly #refresh = new Map<string, string>();

  constructor(options: Readonly<{ path: string | null; now: () => Date; life: () => TokenLife }>) {
    this.#options = options;
    this.#journal = openJournal<Mutation>(options.path, (mutation) => this.#apply(mutation));
    const nowMs = options.now().getTime();
    for (const [token, { expiresAtMs }] of this.#access) if (expiresAtMs <= nowMs) this.#access.delete(token);
  }

  /** A code for the login that just happened, tied to the address that it is sent to. */
  issueCode(portalUser: string, redirectUri: string): string {
    const code = secret();
    this.#codes.set(code, { portalUser, redirectUri, expiresAtMs: this.#nowMs() + CODE_LIFE_MS });
    return code;
  }

  /** Exchanges a code, once; `null` if it is unknown, used, too old, or was sent to another address. */
  redeemCode(code: string, redirectUri: string): TokenSet | null {
    const issued = this.#codes.get(code);
    this.#codes.delete(code);
    if (issued === undefined || issued.expiresAtMs <= this.#nowMs() || issued.redirectUri !== redirectUri)
      return null;
    return this.issueTokens(issued.portalUser);
  }

  /** Exchanges a refresh token; `null` if it is not, or no longer, known. */
  refresh(token: string): TokenSet | null {
    const portalUser = this.#refresh.get(token);
    if (portalUser === undefined) return null;
    if (this.#options.life().rotateRefreshTokens) this.#commit({ do: "refresh-used", token });
    return this.issueTokens(portalUser);
  }

  /** Tokens for a portal user without the login page. */
  issueTokens(portalUser: string): TokenSet {
    const { accessTokenSeconds } = this.#options.life();
    const [accessToken, refreshToken] = [secret(), secret()];
    const expiresAtMs = this.#nowMs() + accessTokenSeconds * 1000;
    this.#commit({ do: "access", token: accessToken, portalUser, expiresAtMs });
    this.#commit({ do: "refresh", token: refreshToken, portalUser });
    return {
      access_token: accessToken,
      token_type: "bearer",
      expires_in: accessTokenSeconds,
      refresh_token: refreshToken,
    };
  }

  /** Whose access token this is. */
  ownerOf(accessToken: string): TokenOwner {
    const found = this.#access.get(accessToken);
    if (found === undefined) return { kind: "unknown" };
    return found.expiresAtMs > this.#nowMs()
      ? { kind: "valid", portalUser: found.portalUser }
      : { kind: "expired" };
  }

  /** Whose code or refresh token this is; null if it is not, or no longer, known. */
  ownerOfGrant(secret: string): string | null {
    return this.#refresh.get(secret) ?? this.#codes.get(secret)?.portalUser ?? null;
  }

  /** Makes every access token of a portal user expire now; refresh tokens stay. */
  expireAccess(portalUser: string): void {
    this.#commit({ do: "expired", portalUser });
  }

  /** Takes every token of a portal user away, as when the password is changed: a person must log in again. */
  revoke(portalUser: string): void {
    this.#commit({ do: "revoked", portalUser });
  }

  close(): void {
    this.#journal.close();
  }

  #commit(mutation: Mutation): void {
    this.#journal.append(mutation);
    this.#apply(mutation);
  }

  #apply(mutation: Mutation): void {
    switch (mutation.do) {
      case "access":
        this.#access.set(mutation.token, mutation);
        break;
      case "refresh":
        this.#refresh.set(mutation.token, mutation.portalUser);
        break;
      case "refresh-used":
        this.#refresh.delete(mutation.token);
        break;
      case "expired":
        this.#forgetAccess(mutation.portalUser);
        break;
      case "revoked":
        this.#forgetAccess(mutation.portalUser);
        for (const [token, owner] of this.#refresh)
          if (owner === mutation.portalUser) this.#refresh.delete(token);
        break;
    }
  }

  #forgetAccess(portalUser: string): void {
    for (const [token, owner] of this.#access)
      if (owner.portalUser === portalUser) this.#access.delete(token);
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}

const CODE_LIFE_MS = 10 * 60_000;

function secret(): string {
  return randomBytes(32).toString("base64url");
}
