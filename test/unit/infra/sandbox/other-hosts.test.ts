import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { createIdentity } from "../../../../infra/sandbox/identity/identity.ts";
import { createApp } from "../../../../infra/sandbox/simon/app.ts";
import { isForThisMachine } from "../../../../infra/sandbox/site-replies.ts";
import { createPool } from "../../../../services/shared/postgres.ts";

test("a request is for this machine by its Host and its Origin", () => {
  for (const headers of [
    { host: "127.0.0.1:8090" },
    { host: "localhost", origin: "http://localhost:8092" },
    { host: "[::1]:8090" },
  ])
    assert.ok(isForThisMachine({ headers }), JSON.stringify(headers));
  for (const headers of [
    {},
    { host: "evil.example:8090" },
    { host: "127.0.0.1.evil.example" },
    { host: "127.0.0.1:8090", origin: "https://evil.example" },
    { host: "127.0.0.1:8090", origin: "null" },
    { host: "127.0.0.1@evil.example" },
  ])
    assert.ok(!isForThisMachine({ headers }), JSON.stringify(headers));
});

const statusAt = (address: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(address, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .once("error", reject)
      .end();
  });

test("a name of the internet that leads here is refused by each stand-in", async (t) => {
  const pool = createPool({ url: "postgresql://nobody@127.0.0.1:9/none", size: 1, applicationName: "test" });
  const simon = createApp({ pool, onArchived: () => {} });
  const identity = createIdentity({
    ...{ clientId: "a", clientSecret: "b", backChannelUri: "http://127.0.0.1/sign-out/back-channel" },
    ...{ redirectUris: [], signedOutUris: [] },
  });
  t.after(() => Promise.all([simon.close(), identity.close(), pool.end()]));
  for (const address of [
    `${await simon.listen({ port: 0, host: "127.0.0.1" })}/style.css`,
    `${await identity.listen(0)}/style.css`,
  ]) {
    assert.equal(await statusAt(address, "evil.example"), 403, address);
    assert.equal(await statusAt(address, "127.0.0.1"), 200, address);
  }
});
