import { RUNBOOKS_URL } from "../prometheus/rules.ts";
import type { Board } from "./board.ts";
import { BUDGETS, FLEET } from "./boards/fleet.ts";
import { KAFKA, POSTGRES } from "./boards/machinery.ts";
import { OPERATIONS } from "./boards/operations.ts";
import { NODE, ROLLOUT } from "./boards/processes.ts";
import { TENANT, TENANTS } from "./boards/tenants.ts";
import { ORDERS, UNIT4 } from "./boards/work.ts";
import { buildBoard } from "./build.ts";
import { buildSqlBoard } from "./build-sql.ts";

/** Those that Prometheus answers, the one to begin with first. */
export const BOARDS: readonly Board[] = [
  FLEET,
  BUDGETS,
  ORDERS,
  UNIT4,
  KAFKA,
  POSTGRES,
  OPERATIONS,
  NODE,
  ROLLOUT,
];

/** Those that PostgreSQL answers. */
const SQL_BOARDS = [TENANTS, TENANT];

/** The files that Grafana provisions, by name. @param runbooks address of their folder, without a slash at the end */
export const boardFiles = (runbooks = RUNBOOKS_URL): ReadonlyMap<string, string> =>
  new Map(
    [
      ...BOARDS.map((board) => [board.uid, buildBoard(board, runbooks)] as const),
      ...SQL_BOARDS.map((board) => [board.uid, buildSqlBoard(board)] as const),
    ].map(([uid, board]) => [`${uid}.json`, `${JSON.stringify(board, null, 2)}\n`]),
  );
