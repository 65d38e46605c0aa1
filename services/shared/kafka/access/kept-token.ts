/** Part of a token's life after which a new one is fetched, as Kafka's own client does. */
const RENEWED_AFTER = 0.8;

type FreshToken = { readonly token: string; readonly lifeMs: number };

/**
 * A token that is used until most of its life is over, whoever asks; who asks while one is fetched waits for the same.
 * @param now milliseconds since 1970 UTC
 * @returns a function that gives a valid token; it throws what `fetchToken` throws
 */
export function keptToken(fetchToken: () => Promise<FreshToken>, now: () => number): () => Promise<string> {
  let current: { readonly token: string; readonly until: number } | null = null;
  let fetching: Promise<string> | null = null;

  const renewed = async (): Promise<string> => {
    const begin = now();
    const { token, lifeMs } = await fetchToken();
    current = { token, until: begin + lifeMs * RENEWED_AFTER };
    return token;
  };
  return () => {
    if (current !== null && current.until > now()) return Promise.resolve(current.token);
    fetching ??= renewed().finally(() => {
      fetching = null;
    });
    return fetching;
  };
}
