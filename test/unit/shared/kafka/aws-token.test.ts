import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { type TestContext, test } from "node:test";
import { isFailure } from "../../../../services/shared/domain/failure.ts";
import { awsTokenSource } from "../../../../services/shared/kafka/access/aws-token.ts";

type Signer = { generateAuthToken(options: { readonly region: string }): Promise<object> };
const load = createRequire(import.meta.url);

/** Credentials of nobody; what the machine has of its own does not count. */
function setCredentials(t: TestContext, credentials: Readonly<Record<string, string>>): void {
  const own = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: "true", HOME: "/nobody", ...credentials });
  t.after(() => {
    for (const name of Object.keys(process.env)) if (!(name in own)) delete process.env[name];
    Object.assign(process.env, own);
  });
}

test("a token for Amazon MSK is a signed URL of its region, and is signed anew before its end", async (t) => {
  setCredentials(t, {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "of-nobody",
    AWS_SESSION_TOKEN: "session-of-nobody",
  });
  let later = 0;
  let signed = 0;
  const counted = (name: string): Signer => {
    const signer = load(name) as Signer;
    return {
      generateAuthToken: (options) => {
        signed += 1;
        return signer.generateAuthToken(options);
      },
    };
  };
  const token = awsTokenSource("eu-west-1", () => Date.now() + later, counted);
  const [first] = await Promise.all([token(), token()]);
  assert.equal(signed, 1);

  const url = new URL(Buffer.from(first, "base64url").toString());
  assert.equal(url.host, "kafka.eu-west-1.amazonaws.com");
  const query = Object.fromEntries(url.searchParams);
  assert.equal(query["Action"], "kafka-cluster:Connect");
  assert.equal(query["X-Amz-Expires"], "900");
  assert.match(
    query["X-Amz-Credential"] ?? "",
    /^AKIDEXAMPLE\/\d{8}\/eu-west-1\/kafka-cluster\/aws4_request$/,
  );
  assert.match(query["X-Amz-Signature"] ?? "", /^[0-9a-f]{64}$/);
  assert.equal(query["X-Amz-Security-Token"], "session-of-nobody");

  later = 11 * 60_000;
  assert.equal(await token(), first);
  assert.equal(signed, 1);
  later = 13 * 60_000;
  await token();
  assert.equal(signed, 2);
});

test("without credentials, or without its package, signing for Amazon MSK says in one line what to do", async (t) => {
  setCredentials(t, {});
  await assert.rejects(awsTokenSource("eu-west-1", Date.now)(), (error) => {
    assert.ok(isFailure(error, "KAFKA_ACCESS_REFUSED"));
    assert.match(error.message, /check the AWS credentials .* KAFKA_AWS_REGION\.$/);
    return true;
  });
  const missing = (name: string): unknown => load(`${name}-is-not-here`);
  assert.throws(
    () => awsTokenSource("eu-west-1", Date.now, missing),
    (error) => {
      assert.ok(isFailure(error, "CONFIG_INVALID"));
      assert.match(error.message, /^[^\n]*npm install aws-msk-iam-sasl-signer-js@\d+\.\d+\.\d+$/);
      return true;
    },
  );
});
