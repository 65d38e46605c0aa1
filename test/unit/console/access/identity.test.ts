import assert from "node:assert/strict";
import { test } from "node:test";
import { identityFrom, ownPath } from "../../../../services/console/access/domain/identity.ts";

const CLAIMS = { tenant: "tenant_id", tenantName: "tenant_name", role: "role" };
const person = {
  iss: "https://id.example",
  sub: "42",
  email: "Anja@Bos.nl",
  email_verified: true,
  name: "Anja Bos",
};

test("claims say which tenant a person belongs to", () => {
  const { claimed, name, email } = identityFrom(
    { ...person, tenant_id: "bos", tenant_name: "Garage Bos" },
    CLAIMS,
  );
  assert.deepEqual(claimed, { role: "user", tenantId: "bos", tenantName: "Garage Bos" });
  assert.equal(name, "Anja Bos");
  assert.equal(email, "Anja@Bos.nl");
});

test("an operator is one by a role or by one of several roles, and by nothing else", () => {
  assert.deepEqual(identityFrom({ ...person, role: "operator" }, CLAIMS).claimed, { role: "operator" });
  assert.deepEqual(identityFrom({ ...person, role: ["x", "operator"] }, CLAIMS).claimed, {
    role: "operator",
  });
  for (const role of ["Operator", "operators", true, 1, { operator: true }, ["x"], null])
    assert.equal(identityFrom({ ...person, role }, CLAIMS).claimed, null, JSON.stringify(role));
});

test("a tenant id that is none gives no place: nobody lands in a tenant by a strange claim", () => {
  for (const tenant_id of ["", "Bos", "../noord", "bos noord", "b".repeat(64), 7, ["bos"], null, "bos\n"])
    assert.equal(
      identityFrom({ ...person, tenant_id }, CLAIMS).claimed?.role,
      tenant_id === "bos\n" ? "user" : undefined,
      JSON.stringify(tenant_id),
    );
});

test("without names of claims the provider decides nothing", () => {
  const names = { tenant: undefined, tenantName: undefined, role: undefined };
  assert.equal(identityFrom({ ...person, tenant_id: "bos", role: "operator" }, names).claimed, null);
});

test("only a verified address counts as one, and a name is never empty", () => {
  for (const email_verified of ["true", false, 1, undefined]) {
    const claims = { iss: "i", sub: "42", email: "beheer@simple-simon.example", email_verified };
    const { email, name } = identityFrom(claims, CLAIMS);
    assert.deepEqual([email, name], ["", "42"], "a name is not taken from such an address either");
  }
});

test("after signing in people go to a page of our own and nowhere else", () => {
  assert.equal(ownPath("/tenants/bos/log?kind=error"), "/tenants/bos/log?kind=error");
  for (const foreign of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/a b",
    "/a\r\nset-cookie: x=1",
    "\\\\evil",
    "",
    undefined,
    ["/a"],
    "/sign-in/start",
  ])
    assert.equal(ownPath(foreign), "/", JSON.stringify(foreign));
});
