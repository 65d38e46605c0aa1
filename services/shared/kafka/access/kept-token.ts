/** Part of a token's life after which a new one is fetched, as Kafka's own client does. */
const RENEWED_AFTER = 0.8;
/** Part of its life in which a token may be used where no new one is to be had: it has to reach the broker while it is valid. */
const USED_UNTIL = 0.95;
/** After a provider gave none it is left alone for so long: every connection asks, several times a second. */
const PAUSE_MS = 1_000;

type FreshToken = { readonly token: string; readonly lifeMs: number };

/**
 * A token that is used until most of its life is over, whoever asks; who asks while one is fetched waits for the same. While
 * no new one is to be had, the one before is given as long as it is valid, and the provider is asked once a second at most.
 * @param now milliseconds since 1970 UTC
 * @returns a function that gives a valid token; it throws what `fetchToken` threw last
 */
export function keptToken(fetchToken: () => Promise<FreshToken>, now: () => number): () => Promise<string> {
  let current = { token: "", renewedFrom: 0, usedUntil: 0 };
  let failed: { readonly error: unknown; readonly until: number } | null = null;
  let fetching: Promise<void> | null = null;

  const renew = async (): Promise<void> => {
    const begin = now();
    try {
      const { token, lifeMs } = await fetchToken();
      current = {
        token,
        renewedFrom: begin + lifeMs * RENEWED_AFTER,
        usedUntil: begin + lifeMs * USED_UNTIL,
      };
      failed = null;
    } catch (error) {
      failed = { error, until: now() + PAUSE_MS };
    }
  };
  return async () => {
    if (current.renewedFrom > now()) return current.token;
    if (failed === null || failed.until <= now()) {
      fetching ??= renew().finally(() => {
        fetching = null;
      });
      await fetching;
    }
    // One that was just given is passed on however short its life: the broker says what is wrong with it.
    if (failed === null || current.usedUntil > now()) return current.token;
    throw failed.error;
  };
}
