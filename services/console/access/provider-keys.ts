import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";

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

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** @param address where the provider shows its keys (jwks_uri) */
export function createProviderKeys(address: URL): ProviderKeys {
  const keys = createRemoteJWKSet(address, { timeoutDuration: TIMEOUT_MS, cooldownDuration: ASK_AGAIN_MS });
  return {
    verify: async (token, wanted) => {
      const options = { clockTolerance: CLOCK_TOLERANCE_SECONDS, ...wanted };
      try {
        return await verifyByAny(token, keys, options).catch((error: unknown) => {
          if (!isByNoKnownKey(error, token) || keys.coolingDown) throw error;
          return keys.reload().then(() => verifyByAny(token, keys, options));
        });
      } catch (error) {
        if (error instanceof errors.JOSEError && !NO_KEYS.has(error.code)) return null;
        throw error;
      }
    },
  };
}

/**
 * A token need not name its key (`kid`) where several fit its algorithm: each of them is tried (RFC 7517, 4.5; OpenID Connect
 * Core 1.0, 10.1 asks for the name only of providers with several keys, and not all give it).
 */
async function verifyByAny(token: string, keys: Keys, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (refused) {
        if (!(refused instanceof errors.JWSSignatureVerificationFailed)) throw refused;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** By its name a new key is missed, and the list is read again; without a name only the signature tells. */
const isByNoKnownKey = (error: unknown, token: string): boolean =>
  error instanceof errors.JWSSignatureVerificationFailed && decodeProtectedHeader(token).kid === undefined;
