import assert from "node:assert/strict";
import { test } from "node:test";
import { keptToken } from "../../../../services/shared/kafka/access/kept-token.ts";

const LIFE_MS = 100_000;

/** A provider that numbers its tokens, and can be away; time stands still until it is set. */
function provider(lifeMs = LIFE_MS) {
  const state = { nowMs: 1_000_000, isAway: false, asked: 0 };
  const token = keptToken(
    () => {
      state.asked += 1;
      if (state.isAway) return Promise.reject(new Error(`away ${state.asked}`));
      return Promise.resolve({ token: `token ${state.asked}`, lifeMs });
    },
    () => state.nowMs,
  );
  return { state, token };
}

test("a token is used for most of its life, and whoever asks meanwhile gets the same", async () => {
  const { state, token } = provider();
  assert.deepEqual(await Promise.all([token(), token(), token()]), Array(3).fill("token 1"));
  state.nowMs += 0.79 * LIFE_MS;
  assert.equal(await token(), "token 1");
  state.nowMs += 0.02 * LIFE_MS;
  assert.deepEqual(await Promise.all([token(), token()]), ["token 2", "token 2"]);
  assert.equal(state.asked, 2);
});

test("while the provider is away the last token serves as long as it is valid", async () => {
  const { state, token } = provider();
  await token();
  state.isAway = true;
  state.nowMs += 0.85 * LIFE_MS;
  assert.equal(await token(), "token 1");
  state.nowMs += 0.11 * LIFE_MS;
  await assert.rejects(token(), /away/);
  state.isAway = false;
  state.nowMs += 2_000;
  assert.match(await token(), /^token/);
});

test("a provider that is away is asked once a second at most", async () => {
  const { state, token } = provider();
  state.isAway = true;
  for (let ask = 0; ask < 100; ask += 1) {
    await assert.rejects(token(), /away/);
    state.nowMs += 100;
  }
  assert.ok(state.asked <= 10, `${state.asked} times`);
  state.isAway = false;
  state.nowMs += 1_000;
  assert.match(await token(), /^token/);
});

test("a token that is over when it comes is passed on, and the next one is asked for at once", async () => {
  const { token } = provider(0);
  assert.equal(await token(), "token 1");
  assert.equal(await token(), "token 2");
});
