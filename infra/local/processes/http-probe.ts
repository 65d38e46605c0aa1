import { get } from "node:http";

const ANSWER_WITHIN_MS = 2_000;

/** Whether a GET of this http address answers 200 within 2 s; a refused connection is a plain no. */
export async function isHttpOk(url: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get(url, { agent: false, timeout: ANSWER_WITHIN_MS }, (response) => {
    response.resume();
    response.once("close", () => resolve(response.statusCode === 200));
  });
  request.once("timeout", () => request.destroy());
  request.once("error", () => resolve(false));
  request.once("close", () => resolve(false));
  return promise;
}
