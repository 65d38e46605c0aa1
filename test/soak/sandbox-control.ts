import type { FaultRuleInput } from "../../infra/sandbox/multivers/faults/fault-rule.ts";

/** The emulated Unit4 as it is steered from outside. */
export type SandboxControl = {
  /** Puts faults in place of those before. @returns how often each of those had struck */
  setFaults(rules: readonly FaultRuleInput[], seed: string): Promise<ReadonlyMap<string, number>>;
};

/** @param baseUrl of the sandbox, without a version */
export function createSandboxControl(baseUrl: string): SandboxControl {
  const url = `${baseUrl}/sandbox/faults`;
  return {
    setFaults: async (rules, seed) => {
      const before = (await answerOf(await fetch(url))) as FaultPage;
      await answerOf(await fetch(url, { method: "PUT", body: JSON.stringify({ seed, rules }) }));
      return new Map(before.rules.map(({ rule, fired }) => [rule.id, fired]));
    },
  };
}

type FaultPage = {
  readonly rules: readonly { readonly rule: { readonly id: string }; readonly fired: number }[];
};

async function answerOf(answer: Response): Promise<unknown> {
  if (!answer.ok) throw new Error(`the sandbox said ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
