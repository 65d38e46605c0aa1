import { z } from "zod";
import type { OrderPolicy } from "./rows/order-policy.ts";

/** How the emulator behaves where the real service may differ or change; for all administrations at once. */
export type SandboxSettings = Readonly<{
  /** Whether a refresh ends the old refresh token. */
  rotateRefreshTokens: boolean;
  /** Life of access tokens that are given out from now on. */
  accessTokenSeconds: number;
  /** Added to every answer of the API and the login. */
  latencyMs: number;
  passivePolicy: OrderPolicy["passive"];
  /** A stored order is in no list for so long; by its number it is found at once. */
  invisibleOrdersMs: number;
  /** Lists take `$filter` and ignore it. */
  ignoreFilter: boolean;
  /** The reference of an order is cut to so many characters when it is stored; null: kept whole. */
  cutReference: number | null;
}>;

const CHANGES = z.strictObject({
  rotateRefreshTokens: z.boolean(),
  accessTokenSeconds: z.number().int().min(1),
  latencyMs: z.number().int().min(0),
  passivePolicy: z.enum(["error", "warning", "silent"]),
  invisibleOrdersMs: z.number().int().min(0),
  ignoreFilter: z.boolean(),
  cutReference: z.number().int().min(0).nullable(),
});

/** The settings in force; every reader asks for `current` at the moment it needs one. */
export class SettingsInForce {
  #current: SandboxSettings;

  constructor(initial: SandboxSettings) {
    this.#current = initial;
  }

  get current(): SandboxSettings {
    return this.#current;
  }

  /** Changes what is given and leaves the rest; they last until the emulator stops. */
  change(changes: Partial<SandboxSettings>): void {
    this.#current = { ...this.#current, ...changes };
  }
}

/** Reads changes of settings, or gives every fault in them as one line of text each. */
export function parseSettings(
  value: unknown,
): Readonly<
  { kind: "changes"; changes: Partial<SandboxSettings> } | { kind: "faults"; faults: readonly string[] }
> {
  const parsed = CHANGES.partial().safeParse(value);
  if (!parsed.success)
    return {
      kind: "faults",
      faults: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    };
  // A JSON text holds no undefined, so what is there is there.
  return { kind: "changes", changes: parsed.data as Partial<SandboxSettings> };
}
