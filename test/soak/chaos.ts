import { setTimeout as sleep } from "node:timers/promises";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import { type Dice, diceFor } from "../../infra/sandbox/multivers/demo/dice.ts";
import type { BlackHole } from "../support/black-hole.ts";
import { loseLastTransactions, readOnlyFor } from "./database-faults.ts";
import { chooseFaults, SOAK_TIMES } from "./fault-mix.ts";
import type { History } from "./history.ts";
import type { SandboxControl } from "./sandbox-control.ts";

/** What may be disturbed. */
export type Victims = {
  readonly services: readonly SupervisedProcess[];
  readonly kafka: SupervisedProcess;
  /** The one that takes writes. */
  readonly postgres: () => SupervisedProcess;
  /** The standby takes its place, and what was confirmed in the last so many milliseconds is lost; null: there is none. */
  readonly failOver: ((aloneMs: number) => Promise<void>) | null;
  readonly sandbox: SandboxControl;
  /** As the superuser, past every disturbance of the way to it. */
  readonly databaseUrl: string;
  /** Ways that can fall silent. */
  readonly ways: readonly BlackHole[];
  /** Faults of this run beyond the usual ones. */
  readonly strange: readonly StrangeKind[];
};

export type Chaos = {
  /** Ends the disturbances, mends everything, and gives what was done. */
  heal(): Promise<Disturbances>;
  readonly soFar: Disturbances;
};

export type Disturbances = {
  /** Processes ended by SIGKILL. */
  readonly kills: number;
  /** Requests that met a fault, by fault. */
  readonly faults: ReadonlyMap<string, number>;
  /** When a process was made to stand still. */
  readonly freezesAtMs: readonly number[];
};

/** Faults that a run has when it asks for them. */
type StrangeKind = "read-only" | "lost-transactions" | "black-holes" | "failovers";

type Kind =
  | StrangeKind
  | "faults"
  | "kill-service"
  | "freeze-service"
  | "restart-postgres"
  | "kill-postgres"
  | "kill-kafka"
  | "restart-kafka";

/** So that a short run meets each kind; after them the dice decide. */
const FIRST: readonly Kind[] = [
  "faults",
  "kill-service",
  "kill-postgres",
  "freeze-service",
  "kill-kafka",
  "faults",
];
/** The likelier ones more often; a part that takes seconds to come back must not be away all the time. */
const LATER: readonly [Kind, ...Kind[]] = [
  "kill-service",
  ...Array<Kind>(5).fill("kill-service"),
  ...Array<Kind>(6).fill("faults"),
  ...Array<Kind>(3).fill("freeze-service"),
  "restart-postgres",
  "kill-postgres",
  "restart-kafka",
  "kill-kafka",
];
const READ_ONLY_MS = { from: 1_000, to: 6_000 } as const;
const UNWRITTEN_MS = { from: 300, to: 3_000 } as const;
const SILENT_MS = { from: 2_000, to: 8_000 } as const;
const PAUSE_MS = { from: 1_000, to: 4_000 } as const;
/** From a wink to longer than a lease, so that another process takes over. */
const FREEZE_MS = { from: 200, to: SOAK_TIMES.sending + SOAK_TIMES.leaseMargin + 2_000 } as const;

/** Disturbs one thing after the other, by dice that fall the same in every run with the same seed. */
export function startChaos(victims: Victims, seed: string, history: History): Chaos {
  const dice = diceFor(`chaos/${seed}`);
  const stopping = new AbortController();
  const faults = new Map<string, number>();
  const freezesAtMs: number[] = [];
  let kills = 0;
  let round = 0;

  const setFaults = async (healthy: boolean): Promise<void> => {
    const rules = healthy ? [] : chooseFaults(dice);
    const struck = await victims.sandbox.setFaults(rules, `${seed}/${round}`);
    for (const [id, times] of struck) faults.set(id, (faults.get(id) ?? 0) + times);
    history.note(healthy ? "heal" : "disturb", { faults: rules.map(({ id }) => id) });
  };
  const between = ({ from, to }: { readonly from: number; readonly to: number }) => dice.between(from, to);
  const kill = async (victim: SupervisedProcess): Promise<void> => {
    history.note("disturb", { kill9: victim.name });
    kills += 1;
    await victim.kill9();
    await comeBack(victim);
  };
  const restart = async (victim: SupervisedProcess): Promise<void> => {
    history.note("disturb", { restart: victim.name });
    await comeBack(victim);
  };
  const comeBack = async (victim: SupervisedProcess): Promise<void> => {
    await victim.restart();
    history.note("heal", { isBack: victim.name });
  };
  const acts: Readonly<Record<Kind, () => Promise<void>>> = {
    faults: () => setFaults(false),
    "kill-service": () => kill(pick(dice, victims.services)),
    "freeze-service": () => {
      freezesAtMs.push(Date.now());
      return freeze(pick(dice, victims.services), dice.between(FREEZE_MS.from, FREEZE_MS.to), history);
    },
    "restart-postgres": () => restart(victims.postgres()),
    "kill-postgres": () => kill(victims.postgres()),
    "restart-kafka": () => restart(victims.kafka),
    "kill-kafka": () => kill(victims.kafka),
    "read-only": () => {
      const forMs = between(READ_ONLY_MS);
      history.note("disturb", { readOnly: victims.postgres().name, forMs });
      return readOnlyFor(victims.databaseUrl, forMs);
    },
    "lost-transactions": () => {
      const forMs = between(UNWRITTEN_MS);
      history.note("disturb", { loses: victims.postgres().name, forMs });
      kills += 1;
      return loseLastTransactions(victims.databaseUrl, victims.postgres(), forMs);
    },
    failovers: async () => {
      const aloneMs = between(UNWRITTEN_MS);
      history.note("disturb", { failsOver: victims.postgres().name, aloneMs });
      kills += 1;
      await victims.failOver?.(aloneMs);
      history.note("heal", { tookOver: victims.postgres().name });
    },
    "black-holes": async () => {
      const way = dice.between(0, victims.ways.length - 1);
      const forMs = between(SILENT_MS);
      history.note("disturb", { silentWay: way, forMs });
      victims.ways[way]?.silence();
      await sleep(forMs);
      victims.ways[way]?.restore();
    },
  };
  const first: readonly Kind[] = ["faults", ...victims.strange, ...FIRST];
  const later: typeof LATER = [...LATER, ...victims.strange, ...victims.strange];
  const run = async (): Promise<void> => {
    for (; !stopping.signal.aborted; round += 1) {
      await acts[first[round] ?? dice.pick(later)]();
      await sleepUntil(stopping.signal, dice.between(PAUSE_MS.from, PAUSE_MS.to));
    }
    await setFaults(true);
  };
  const running = run();
  // Seen by `heal`; until then it must not end the process.
  running.catch(() => {});
  return {
    heal: async () => {
      stopping.abort();
      await running;
      return { kills, faults, freezesAtMs };
    },
    get soFar() {
      return { kills, faults, freezesAtMs };
    },
  };
}

const pick = (dice: Dice, victims: readonly SupervisedProcess[]): SupervisedProcess => {
  const victim = victims[dice.between(0, victims.length - 1)];
  if (victim === undefined) throw new Error("there is nothing to disturb");
  return victim;
};

/** Stops a process in the middle of whatever it does, as a paused machine would, and lets it go on. */
async function freeze(victim: SupervisedProcess, forMs: number, history: History): Promise<void> {
  const pid = victim.pid();
  if (pid === undefined) return;
  history.note("disturb", { freeze: victim.name, forMs });
  process.kill(pid, "SIGSTOP");
  await sleep(forMs);
  process.kill(pid, "SIGCONT");
  history.note("heal", { goesOn: victim.name });
}

async function sleepUntil(signal: AbortSignal, ms: number): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
