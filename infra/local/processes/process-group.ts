import { writeFile } from "node:fs/promises";
import { LocalStackError } from "./local-stack-error.ts";
import { type ProcessDefinition, type SupervisedProcess, superviseProcess } from "./supervised-process.ts";

/** A group of supervised processes that come and go together. */
export type ProcessGroup = {
  /** Prepares one and starts it; its log of an earlier run is emptied. Refuses once the group is being stopped. */
  readonly start: (prepare: () => Promise<ProcessDefinition>) => Promise<SupervisedProcess>;
  /** Ends all, each by its own stop signal, and whatever is still starting. Safe to call again. */
  readonly stop: () => Promise<void>;
  /** Ends all at once by SIGKILL. */
  readonly kill: () => Promise<void>;
};

/** An empty group; `report` gets a line when a process serves and at each incident. */
export function createProcessGroup(report: (line: string) => void): ProcessGroup {
  const members: SupervisedProcess[] = [];
  let closed = false;

  async function start(prepare: () => Promise<ProcessDefinition>): Promise<SupervisedProcess> {
    const startedAtMs = performance.now();
    const definition = await prepare();
    await writeFile(definition.logFile, "");
    if (closed)
      throw new LocalStackError("PROCESS_STOPPED", `${definition.name} was stopped before it started`);
    const member = superviseProcess(definition, report);
    members.push(member);
    await member.start();
    report(`${definition.name} is up (${((performance.now() - startedAtMs) / 1000).toFixed(1)} s)`);
    return member;
  }

  async function endAll(how: "stop" | "kill9"): Promise<void> {
    closed = true;
    await Promise.all(members.map((member) => member[how]()));
  }

  return { start, stop: () => endAll("stop"), kill: () => endAll("kill9") };
}
