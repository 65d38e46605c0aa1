import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { postgresErrorKind } from "../../../services/shared/postgres.ts";

const refusal = (code: string): Error => Object.assign(new pg.DatabaseError("refused", 1, "error"), { code });

test("O32, R4: what a failover answers is passing, what values or tables are wrong is not", () => {
  const kinds = {
    "08006": "passing",
    "25006": "passing",
    "57P01": "passing",
    "57P02": "passing",
    "57P03": "passing",
    "55000": "passing",
    "28P01": "passing",
    "53300": "passing",
    "22021": "data",
    "23505": "data",
    "42P01": "other",
    "25001": "other",
  };
  for (const [code, kind] of Object.entries(kinds))
    assert.equal(postgresErrorKind(refusal(code)), kind, code);
});

test("R4: a connection that ends or cannot be had is passing, an error of ours is not one of PostgreSQL", () => {
  const lost = [
    new Error("Connection terminated unexpectedly"),
    new Error("timeout exceeded when trying to connect"),
    new Error("Query read timeout"),
    Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
    Object.assign(new Error("connect"), { code: "EHOSTUNREACH" }),
  ];
  for (const error of lost) assert.equal(postgresErrorKind(error), "passing", error.message);
  assert.equal(postgresErrorKind(new Error("anything else")), null);
  assert.equal(postgresErrorKind("no error"), null);
});
