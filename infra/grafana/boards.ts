import { RUNBOOKS_URL } from "../prometheus/rules.ts";
import type { Board } from "./board.ts";
import { BUDGETS, FLEET } from "./boards/fleet.ts";
import { KAFKA, POSTGRES } from "./boards/machinery.ts";
import { NODE, ROLLOUT } from "./boards/processes.ts";
import { ORDERS, UNIT4 } from "./boards/work.ts";
import { buildBoard } from "./build.ts";

/** All boards, the one to begin with first. */
export const BOARDS: readonly Board[] = [FLEET, BUDGETS, ORDERS, UNIT4, KAFKA, POSTGRES, NODE, ROLLOUT];

/** The files that Grafana provisions, by name. @param runbooks address of their folder, without a slash at the end */
export const boardFiles = (runbooks = RUNBOOKS_URL): ReadonlyMap<string, string> =>
  new Map(
    BOARDS.map((board) => [`${board.uid}.json`, `${JSON.stringify(buildBoard(board, runbooks), null, 2)}\n`]),
  );
