/** Steps of the activation, in their order. */
export const ACTIVATION_STEPS = ["start", "empty", "connect", "settings", "rehearsal", "on"] as const;
export type ActivationStep = (typeof ACTIVATION_STEPS)[number];

/** What is known of a tenant's activation. */
export type ActivationFacts = {
  readonly isActive: boolean;
  /** The terms were accepted in this round. */
  readonly isBegun: boolean;
  /** In this round a person chose what to empty, or to empty nothing. */
  readonly isEmptyingChosen: boolean;
  /** The tombstones of the latest emptying are out, or there is none. */
  readonly isEmptyingFinished: boolean;
  readonly isConnected: boolean;
  /** Every setting was checked and is good. */
  readonly isChecked: boolean;
};

/** The step that comes next: the first one whose work is not done. */
export function nextStep(facts: ActivationFacts): ActivationStep {
  if (facts.isActive) return "on";
  if (!facts.isBegun) return "start";
  if (!facts.isEmptyingChosen || !facts.isEmptyingFinished) return "empty";
  if (!facts.isConnected) return "connect";
  return facts.isChecked ? "rehearsal" : "settings";
}

/** Whether a step can be looked at now: it is the next one, or one before it. */
export const isOpen = (step: ActivationStep, next: ActivationStep): boolean =>
  ACTIVATION_STEPS.indexOf(step) <= ACTIVATION_STEPS.indexOf(next);
