import { type Answer, frameworkAnswer, jsonAnswer } from "../request/answer.ts";
import type { Outcome } from "../request/outcome.ts";
import type { AnswerEffect, FaultEffect, FaultRule } from "./fault-rule.ts";

/** The request that a fault hits. */
export type Struck = Readonly<{
  /** Does the real work and gives the real answer. */
  work: () => Answer;
  /** Whether the work changes nothing, so that it may be done for its answer alone. */
  readOnly: boolean;
  /** Does the work after so many milliseconds, whatever became of the request. */
  workLater: (delayMs: number) => void;
  /** Waits so many milliseconds, less when the emulator stops. */
  pause: (delayMs: number) => Promise<void>;
  isStopping: () => boolean;
}>;

/**
 * Does to a request what the rule says, and gives what is to go out.
 * @param latencyMs comes on top of what the rule says, before anything but the work that is done at once
 */
export async function carryOut(
  { commit, effect }: Pick<FaultRule, "commit" | "effect">,
  struck: Struck,
  latencyMs: number,
): Promise<Outcome> {
  const done = commit ? struck.work() : null;
  if (effect.kind === "late-commit") {
    struck.workLater(effect.commitAfterMs);
    return carryOut({ commit: false, effect: effect.answer }, struck, latencyMs);
  }
  await struck.pause(latencyMs + waitOf(effect));
  // What was not done before the emulator stopped is not done any more.
  return struck.isStopping() ? { kind: "reset", after: null } : outcomeOf(effect, done, struck);
}

function waitOf(effect: FaultEffect): number {
  if (effect.kind === "hang") return effect.ms;
  return effect.kind === "pass" ? effect.delayMs : 0;
}

function outcomeOf(
  effect: Exclude<FaultEffect, { kind: "late-commit" }>,
  done: Answer | null,
  struck: Struck,
): Outcome {
  const wouldBe = () => done ?? (struck.readOnly ? struck.work() : NOTHING_DONE);
  switch (effect.kind) {
    case "pass":
      return answered(done ?? struck.work());
    case "hang":
      return { kind: "reset", after: null };
    case "reset":
      return {
        kind: "reset",
        after: effect.afterBytes === undefined ? null : { answer: wouldBe(), bytes: effect.afterBytes },
      };
    case "slow-body":
      return { kind: "slow", answer: wouldBe(), bytesPerSecond: effect.bytesPerSecond };
    case "cut-body":
      return { kind: "cut", answer: wouldBe(), bytes: effect.bytes };
    case "answer":
      return answered(ownAnswer(effect));
    case "html":
      return answered(MAINTENANCE);
    case "empty":
      return answered({ status: 200, headers: {}, body: "" });
    case "rate-limited":
      return answered(rateLimited(effect.retryAfter ?? null));
    case "unauthorized":
      return answered(frameworkAnswer(401, "Authorization has been denied for this request."));
  }
}

// What a slow or broken answer is made of when nothing was done that could be answered.
const NOTHING_DONE = jsonAnswer({ messages: [] });

const MAINTENANCE: Answer = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: "<!DOCTYPE html><html><head><title>Onderhoud</title></head><body><h1>Wij zijn zo terug</h1></body></html>",
};

function answered(answer: Answer): Outcome {
  return { kind: "answer", answer };
}

function rateLimited(retryAfter: string | null): Answer {
  const answer = frameworkAnswer(429, "Too many requests.");
  return retryAfter === null
    ? answer
    : { ...answer, headers: { ...answer.headers, "retry-after": retryAfter } };
}

function ownAnswer({ status, headers = {}, body, bodyBase64 }: AnswerEffect): Answer {
  if (bodyBase64 !== undefined) return { status, headers, body: Buffer.from(bodyBase64, "base64") };
  if (body === undefined || typeof body === "string") return { status, headers, body: body ?? "" };
  const json = jsonAnswer(body, status);
  return { ...json, headers: { ...json.headers, ...headers } };
}
