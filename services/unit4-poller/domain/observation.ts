import type { ChangeKind } from "../../../schemas/records.ts";

/** What a remarkable row is told about to the office. */
export type Remark = {
  readonly kind: "date-unreadable";
  /** The text that Unit4 sent. */
  readonly text: string;
};

/** A row of a list as the ERP showed it, in our own fields. */
export type Observation<Value> = {
  readonly id: string;
  readonly name: string;
  readonly change: Exclude<ChangeKind, "gone">;
  readonly stateCode: string | null;
  /** yyyy-MM-dd; null where Unit4 gives no date or an unreadable one. */
  readonly changedOn: string | null;
  /** Whether the tenant's filter lets it come over. */
  readonly passes: boolean;
  /** Key of the addresses in Unit4; 0 for articles. */
  readonly organizationId: number;
  /** Whether its invoice address is told too: a customer whose first work address is not simply the standard one (M7). */
  readonly wantsAddress: boolean;
  readonly value: Value;
  readonly remarks: readonly Remark[];
};
