import { z } from "zod";

const milliseconds = z
  .number()
  .int()
  .min(0)
  .max(24 * 3_600_000);
const byteCount = z.number().int().min(0);

const HEADERS = z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[\t\x20-\x7e]*$/));
const BODY = z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown()), z.null()]);

/** The answers that stand alone: they need nothing of the real one. */
const ALONE = [
  /** `body` is text as it stands, or a value to send as JSON; `bodyBase64` is bytes, for what is not text. */
  z.strictObject({
    kind: z.literal("answer"),
    status: z.number().int().min(200).max(599),
    headers: HEADERS.optional(),
    body: BODY.optional(),
    bodyBase64: z.base64().optional(),
  }),
  /** 200 with the page of a proxy in place of data. */
  z.strictObject({ kind: z.literal("html") }),
  /** 200 without a body. */
  z.strictObject({ kind: z.literal("empty") }),
  /** Nothing for `ms`, then a reset. */
  z.strictObject({ kind: z.literal("hang"), ms: milliseconds }),
  /** A reset of the socket: before the answer begins, or after the head and `afterBytes` of the body. */
  z.strictObject({ kind: z.literal("reset"), afterBytes: byteCount.optional() }),
  /** 429; `retryAfter` is the value of the header, null or left out for none. */
  z.strictObject({
    kind: z.literal("rate-limited"),
    retryAfter: z
      .string()
      .regex(/^[\x20-\x7e]+$/)
      .nullish(),
  }),
  /** 401, however good the token is. */
  z.strictObject({ kind: z.literal("unauthorized") }),
] as const;

const EFFECT = z.discriminatedUnion("kind", [
  ...ALONE,
  /** The answer (or none) comes now, the work is done `commitAfterMs` later; not if the sandbox stops before that. */
  z.strictObject({
    kind: z.literal("late-commit"),
    commitAfterMs: milliseconds,
    answer: z.discriminatedUnion("kind", [...ALONE]),
  }),
  /** The head at once, the body drop by drop. */
  z.strictObject({ kind: z.literal("slow-body"), bytesPerSecond: z.number().min(0.001) }),
  /** The length of the whole body is announced, `bytes` of it come (never all), then the connection closes. */
  z.strictObject({ kind: z.literal("cut-body"), bytes: byteCount }),
  /** The normal answer, later. */
  z.strictObject({ kind: z.literal("pass"), delayMs: milliseconds }),
]);

const MATCH = z.strictObject({
  /** Code of an administration, in any case. */
  database: z.string().min(1).optional(),
  /** In any case. */
  method: z.string().min(1).optional(),
  /** `Order`, `CustomerInfoList`, `OAuth/Token`, …, in any case. */
  operation: z.string().min(1).optional(),
  /** Portal user whose token the request carries, a refresh token at the login included. */
  owner: z.string().min(1).optional(),
  /** The reference of a posted order, exactly. */
  reference: z.string().optional(),
});

const RULE = z
  .strictObject({
    /** Names the rule in the audit; unique. */
    id: z.string().min(1).max(200),
    /** What is left out matches everything. */
    match: MATCH.default({}),
    /** The rule ends after so many firings. */
    times: z.number().int().min(1).optional(),
    /** Fires at every n-th matching request, the n-th first. */
    every: z.number().int().min(1).optional(),
    /** Fires at a share of the matching requests, 0..1, the same ones in every run with the same seed. */
    probability: z.number().min(0).max(1).optional(),
    /** Milliseconds after the rule was set from which it works. */
    from: milliseconds.optional(),
    /** Milliseconds after the rule was set at which it ends. */
    until: milliseconds.optional(),
    /** Whether the real work (an order stored, tokens given out) is done at once, before anything else happens. */
    commit: z.boolean().default(false),
    effect: EFFECT,
  })
  .superRefine(({ commit, effect }, context) => {
    if (commit && effect.kind === "late-commit")
      context.addIssue({
        code: "custom",
        path: ["commit"],
        message: "late-commit stores later: leave it false",
      });
    if (effect.kind === "answer" && effect.body !== undefined && effect.bodyBase64 !== undefined)
      context.addIssue({
        code: "custom",
        path: ["effect", "body"],
        message: "give body or bodyBase64, not both",
      });
  });

const SCRIPT = z
  .strictObject({ seed: z.string().default(""), rules: z.array(RULE).max(1_000) })
  .superRefine(({ rules }, context) => {
    const ids = rules.map((rule) => rule.id);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice !== undefined)
      context.addIssue({ code: "custom", path: ["rules"], message: `two rules have the id "${twice}"` });
  });

/** One rule: which requests, how often, and what happens to them. */
export type FaultRule = z.output<typeof RULE>;

/** A rule as a person or a test writes it: `match` and `commit` may be left out. */
export type FaultRuleInput = z.input<typeof RULE>;

/** What happens to a request. */
export type FaultEffect = FaultRule["effect"];

/** What a rule may ask of an answer of its own. */
export type AnswerEffect = Extract<FaultEffect, { kind: "answer" }>;

/** A list of rules; the first that matches and fires decides. `seed` is for the rules with a probability. */
export type FaultScriptText = z.output<typeof SCRIPT>;

/** Reads `{ seed?, rules: [...] }`, or gives every fault in it as one line of text each. */
export function parseFaultScript(
  value: unknown,
): Readonly<{ kind: "script"; script: FaultScriptText } | { kind: "faults"; faults: readonly string[] }> {
  const parsed = SCRIPT.safeParse(value);
  if (parsed.success) return { kind: "script", script: parsed.data };
  return {
    kind: "faults",
    faults: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
  };
}
