import { type Dice, diceFor } from "../demo/dice.ts";
import { type FaultRule, type FaultRuleInput, parseFaultScript } from "./fault-rule.ts";

/** What a rule sees of a request. */
export type FaultTarget = Readonly<{
  database: string | null;
  method: string;
  operation: string;
  owner: string | null;
  reference: string | null;
}>;

/** A rule and how it has fared: matching requests while it was at work, and those that it hit. */
export type FaultStatus = Readonly<{ rule: FaultRule; matched: number; fired: number; ended: boolean }>;

type Entry = {
  readonly rule: FaultRule;
  readonly dice: Dice;
  readonly setAtMs: number;
  matched: number;
  fired: number;
};

/**
 * The faults that are set. Whether the n-th matching request is hit depends on the script alone, so a run can be
 * repeated. Rules are not kept over a restart: a sandbox starts healthy.
 */
export class FaultScript {
  readonly #now: () => Date;
  #entries: Entry[] = [];
  #seed = "";

  constructor(now: () => Date) {
    this.#now = now;
  }

  /**
   * Puts rules in place of all others and starts their counts and clocks.
   * @param seed another seed makes rules with a probability hit other requests
   * @throws FaultScriptError with code FAULT_SCRIPT_INVALID when a rule is not right; nothing is changed then
   */
  set(rules: readonly FaultRuleInput[], seed = ""): void {
    const checked = checkedRules(rules);
    this.#seed = seed;
    this.#entries = checked.map((rule) => this.#started(rule));
  }

  /** Adds rules before the others, in place of those with the same id. Throws as `set` does. */
  add(rules: readonly FaultRuleInput[]): void {
    const checked = checkedRules(rules);
    this.remove((id) => checked.some((rule) => rule.id === id));
    this.#entries = [...checked.map((rule) => this.#started(rule)), ...this.#entries];
  }

  /** Ends the rules whose id `isMeant`. */
  remove(isMeant: (id: string) => boolean): void {
    this.#entries = this.#entries.filter(({ rule }) => !isMeant(rule.id));
  }

  /** Ends all rules. */
  clear(): void {
    this.#entries = [];
  }

  /** The rules in their order, with their counts. */
  get status(): readonly FaultStatus[] {
    const nowMs = this.#now().getTime();
    return this.#entries.map((entry) => ({
      rule: entry.rule,
      matched: entry.matched,
      fired: entry.fired,
      ended: hasEnded(entry, nowMs),
    }));
  }

  /** Counts a request and gives the rule that it meets; null: none. */
  decide(target: FaultTarget): FaultRule | null {
    const nowMs = this.#now().getTime();
    for (const entry of this.#entries)
      if (isAtWork(entry, nowMs) && matches(entry.rule, target) && fires(entry)) return entry.rule;
    return null;
  }

  #started(rule: FaultRule): Entry {
    const dice = diceFor(`${this.#seed}/${rule.id}`);
    return { rule, dice, setAtMs: this.#now().getTime(), matched: 0, fired: 0 };
  }
}

/** A script that a program sets is not right; the message says where. */
class FaultScriptError extends Error {
  override readonly name = "FaultScriptError";
  readonly code = "FAULT_SCRIPT_INVALID";
}

function checkedRules(rules: readonly FaultRuleInput[]): readonly FaultRule[] {
  const parsed = parseFaultScript({ rules });
  if (parsed.kind === "faults")
    throw new FaultScriptError(`correct these rules: ${parsed.faults.join("; ")}`);
  return parsed.script.rules;
}

function isAtWork(entry: Entry, nowMs: number): boolean {
  return nowMs - entry.setAtMs >= (entry.rule.from ?? 0) && !hasEnded(entry, nowMs);
}

function hasEnded({ rule, setAtMs, fired }: Entry, nowMs: number): boolean {
  return fired >= (rule.times ?? Infinity) || nowMs - setAtMs >= (rule.until ?? Infinity);
}

function matches({ match }: FaultRule, target: FaultTarget): boolean {
  return (
    sameInAnyCase(match.database, target.database) &&
    sameInAnyCase(match.method, target.method) &&
    sameInAnyCase(match.operation, target.operation) &&
    (match.owner === undefined || match.owner === target.owner) &&
    (match.reference === undefined || match.reference === target.reference)
  );
}

function sameInAnyCase(wanted: string | undefined, found: string | null): boolean {
  return wanted === undefined || wanted.toLowerCase() === found?.toLowerCase();
}

function fires(entry: Entry): boolean {
  const { every = 1, probability } = entry.rule;
  entry.matched += 1;
  if (entry.matched % every !== 0) return false;
  if (probability !== undefined && !entry.dice.chance(probability)) return false;
  entry.fired += 1;
  return true;
}
