import type {
  Article,
  ArticleChanged,
  Customer,
  CustomerChanged,
  InvoiceAddress,
} from "../../../schemas/records.ts";
import type { Observation } from "./observation.ts";

/** Version and time of what one scan saw. */
export type Sighting = {
  readonly tenantId: string;
  readonly epoch: number;
  readonly revision: number;
  /** When it was read, milliseconds since 1970 UTC. */
  readonly observedAt: number;
};

/** What is known of a customer's invoice address; null: not looked up. */
export type KnownAddress = { readonly address: InvoiceAddress | null } | null;

const head = ({ tenantId, epoch, revision, observedAt }: Sighting) => ({
  tenantId,
  epoch,
  revision,
  observedAt,
});

/** A customer as it was seen. */
export function customerSeen(
  sighting: Sighting,
  seen: Observation<Customer>,
  known: KnownAddress,
): CustomerChanged {
  return {
    ...head(sighting),
    change: seen.change,
    changedOn: seen.changedOn,
    stateCode: seen.stateCode,
    customerId: seen.id,
    customer: seen.value,
    invoiceAddressKnown: known !== null,
    invoiceAddress: known?.address ?? null,
  };
}

/** A customer that is no longer there. */
export function customerGone(sighting: Sighting, customerId: string): CustomerChanged {
  return {
    ...head(sighting),
    change: "gone",
    changedOn: null,
    stateCode: null,
    customerId,
    customer: null,
    invoiceAddressKnown: false,
    invoiceAddress: null,
  };
}

/** An article as it was seen. */
export function articleSeen(sighting: Sighting, seen: Observation<Article>): ArticleChanged {
  return {
    ...head(sighting),
    change: seen.change,
    changedOn: seen.changedOn,
    stateCode: seen.stateCode,
    articleId: seen.id,
    article: seen.value,
  };
}

/** An article that is no longer there, or that the tenant's filter no longer lets through. */
export function articleGone(sighting: Sighting, articleId: string): ArticleChanged {
  return {
    ...head(sighting),
    change: "gone",
    changedOn: null,
    stateCode: null,
    articleId,
    article: null,
  };
}
