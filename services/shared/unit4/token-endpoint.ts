import type { Secret } from "./secret.ts";

/** What the token endpoint grants. */
export type Tokens = {
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
  /** Life of the access token in milliseconds. */
  readonly expiresInMs: number;
};
