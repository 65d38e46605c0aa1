import fc from "fast-check";
import type { CustomerChanged } from "../../schemas/records.ts";
import { customerChanged } from "./records.ts";

/** A record of a topic's past; a null value is a tombstone. */
export type PastRecord = {
  readonly key: string;
  readonly value: CustomerChanged | null;
  readonly headers: Readonly<Record<string, string>>;
};

const IDS = ["K1", "K2", "K3", "K4"];

const moment = fc.record({
  tenant: fc.integer({ min: 0, max: 1 }),
  id: fc.constantFrom(...IDS),
  what: fc.constantFrom(
    "present",
    "present",
    "present",
    "inactive",
    "gone",
    "bare",
    "address",
    "wipe",
    "late",
    "empty",
  ),
  name: fc.constantFrom("Jansen", "De Vries", "Bakker"),
});

/** A random past of two tenants, what became of their rows since, and which part of it is read again. */
export const story = fc.record({
  moments: fc.array(moment, { minLength: 1, maxLength: 30 }),
  lost: fc.subarray(IDS),
  old: fc.subarray(IDS),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  tenants: fc.integer({ min: 1, max: 2 }),
  liveChunk: fc.integer({ min: 5, max: 30 }),
  previewChunk: fc.integer({ min: 3, max: 20 }),
  runChunk: fc.integer({ min: 3, max: 20 }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** The records of a story, in order, as the pipeline writes them: versions rise, but for one that comes late. */
export function historyOf(
  { moments }: Pick<Story, "moments">,
  tenantIds: readonly string[],
): readonly PastRecord[] {
  const epochs = new Map<string, number>();
  return moments.flatMap(({ tenant, id, what, name }, index): readonly PastRecord[] => {
    const tenantId = tenantIds[tenant] ?? "";
    const epoch = epochs.get(tenantId) ?? 1;
    const key = `${tenantId}/${id}`;
    if (what === "wipe") return [{ key, value: null, headers: {} }];
    if (what === "empty") {
      epochs.set(tenantId, epoch + 1);
      // Tombstones of all keys before anything of the next activation (decision 0009).
      return IDS.map((one) => ({
        key: `${tenantId}/${one}`,
        value: null,
        headers: { epoch: String(epoch + 1) },
      }));
    }
    const revision = what === "late" ? Math.max(1, index - 5) : index + 2;
    const change = KINDS[what] ?? "present";
    const value = customerChanged(tenantId, id, { epoch, revision, change, name, ...addressOf(what, name) });
    return [{ key, value: what === "bare" ? { ...value, customer: null } : value, headers: {} }];
  });
}

const KINDS: Readonly<Record<string, CustomerChanged["change"]>> = {
  inactive: "inactive",
  gone: "gone",
  bare: "gone",
};

const addressOf = (what: string, name: string): Partial<CustomerChanged> =>
  what === "address"
    ? {
        invoiceAddressKnown: true,
        invoiceAddress: { name, street1: "Kade 1", street2: "", zipCode: "", city: "", countryId: "" },
      }
    : {};
