import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { ACTIVATION_STEPS, type ActivationStep } from "./domain/activation-step.ts";
import { WIZARD } from "./texts.ts";

/** The steps of the activation, with the one that a person is at. */
export function wizardSteps(current: ActivationStep, language: Language): Html {
  const t = WIZARD[language];
  const at = ACTIVATION_STEPS.indexOf(current);
  return html`<nav aria-label="${t.stepsLabel}"><ol class="steps">${ACTIVATION_STEPS.map(
    (step, index) =>
      html`<li${index < at && html` class="done"`}${index === at && html` aria-current="step"`}>${t.steps[step]}</li>`,
  )}</ol></nav>`;
}
