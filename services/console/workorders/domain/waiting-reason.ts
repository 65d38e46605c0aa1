/** What decides whether a tenant's orders can go now. */
export type WaitingFacts = {
  readonly isActive: boolean;
  readonly connection: "none" | "connected" | "revoked" | "client_refused";
  /** Until when Unit4 asked to wait, or our own rest after failures there lasts; null where nothing rests. */
  readonly restsUntil: Date | null;
};

/** What the orders of a tenant wait for. */
export type WaitingReason =
  | { readonly kind: "off" }
  /** A person has to connect. */
  | { readonly kind: "disconnected" }
  /** Unit4 refuses our own application: our operators have to act, nobody of the tenant (case O25). */
  | { readonly kind: "client-refused" }
  | { readonly kind: "resting"; readonly until: Date }
  /** Nothing but their turn. */
  | { readonly kind: "none" };

/** What keeps a tenant's orders up: what a person must mend comes before what passes by itself. */
export function waitingReasonOf({ isActive, connection, restsUntil }: WaitingFacts): WaitingReason {
  if (!isActive) return { kind: "off" };
  if (connection === "client_refused") return { kind: "client-refused" };
  if (connection !== "connected") return { kind: "disconnected" };
  return restsUntil === null ? { kind: "none" } : { kind: "resting", until: restsUntil };
}
