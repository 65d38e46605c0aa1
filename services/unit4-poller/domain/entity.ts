/** The two lists of an administration that are polled. */
export type Entity = "customer" | "article";

export const ENTITIES: readonly Entity[] = ["customer", "article"];
