import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from "jose";

/** Says whether the provider signed a token. */
export type ProviderKeys = {
  /**
   * The claims of a token that the provider signed with one of its keys of now; null when it did not, or when the token is
   * not one for `wanted`.
   * @throws whatever asking for the keys came to
   */
  verify(token: string, wanted: JWTVerifyOptions): Promise<JWTPayload | null>;
};

/** Clocks may differ by so much. */
const CLOCK_TOLERANCE_SECONDS = 30;
const TIMEOUT_MS = 10_000;
/** A key that is not known is asked for at once, since providers change theirs, but not for each token of a flood. */
const ASK_AGAIN_MS = 1_000;

/** What says that the keys could not be had; every other error of the library is about the token. */
const NO_KEYS: ReadonlySet<string> = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JOSEError.code,
]);

/** @param address where the provider shows its keys (jwks_uri) */
export function createProviderKeys(address: URL): ProviderKeys {
  const keys = createRemoteJWKSet(address, { timeoutDuration: TIMEOUT_MS, cooldownDuration: ASK_AGAIN_MS });
  return {
    verify: async (token, wanted) => {
      try {
        const { payload } = await jwtVerify(token, keys, {
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          ...wanted,
        });
        return payload;
      } catch (error) {
        if (error instanceof errors.JOSEError && !NO_KEYS.has(error.code)) return null;
        throw error;
      }
    },
  };
}
