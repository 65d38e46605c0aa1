import { createLoop, type Loop, type LoopContext } from "../loop.ts";
import type { Pool, Queryable } from "../postgres.ts";
import { OPEN_STATES } from "./domain/operation-state.ts";

/** A kind of operations, as far as it says how far one is. */
export type ViewedKind = {
  readonly kind: string;
  /** Which part of one is done, 0 to 1, by the progress that it kept last. */
  partDone(progress: unknown): number;
};

/** Operations of one kind that are in one state, and which part of the one that is least far is done (0 to 1). */
export type OperationsInState = {
  readonly kind: string;
  readonly state: (typeof OPEN_STATES)[number];
  readonly count: number;
  readonly leastDone: number;
};

/** How often each process looks. */
const LOOK_EVERY_MS = 15_000;

/** Looks how far operations are, also those that another process works at: every process shows the same. */
export function createOperationsView(
  context: LoopContext<"operations-view">,
  options: {
    readonly pool: Pool;
    readonly kinds: readonly ViewedKind[];
    readonly telemetry: { readonly operationsViewed: (seen: readonly OperationsInState[]) => void };
  },
): Loop {
  return createLoop(context, {
    name: "operations-view",
    everyMs: LOOK_EVERY_MS,
    lost: "How far operations are is no longer shown",
    beat: async () => {
      options.telemetry.operationsViewed(await viewOperations(options.pool, options.kinds));
      return false;
    },
  });
}

/** Every kind in every open state, those with no operation included. */
export async function viewOperations(
  db: Queryable,
  kinds: readonly ViewedKind[],
): Promise<readonly OperationsInState[]> {
  const open = await openOperations(
    db,
    kinds.map(({ kind }) => kind),
  );
  return kinds.flatMap(({ kind, partDone }) =>
    OPEN_STATES.map((state) => {
      const those = open.filter((one) => one.kind === kind && one.state === state);
      const parts = those.map(({ progress }) => (progress === null ? 0 : partDone(progress)));
      return { kind, state, count: those.length, leastDone: those.length === 0 ? 0 : Math.min(...parts) };
    }),
  );
}

async function openOperations(
  db: Queryable,
  kinds: readonly string[],
): Promise<readonly { readonly kind: string; readonly state: string; readonly progress: unknown }[]> {
  const { rows } = await db.query(
    `select kind, state, progress from integration.operations
     where kind = any($1) and state = any($2)`,
    [kinds, OPEN_STATES],
  );
  return rows;
}
