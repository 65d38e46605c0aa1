import type { z } from "zod";
import { UsageError } from "../command.ts";

/** What was typed as the wish of an operation. @throws UsageError that names each thing that cannot be, a line each */
export function wishFrom<Wish>(schema: z.ZodType<Wish>, typed: unknown): Wish {
  const parsed = schema.safeParse(typed);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    parsed.error.issues
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
      .join("\n"),
  );
}

/** Tenants that a command has to name, each once. @throws UsageError */
export function namedTenants(tenant: readonly string[] | undefined): readonly string[] {
  if (tenant === undefined) throw new UsageError("Which tenants? Name them by --tenant.");
  return [...new Set(tenant)];
}
