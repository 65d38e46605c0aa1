// Generated from the .avsc files in this folder by `npm run generate`; do not edit.

/** What Unit4 says of the row: usable, made inactive, no longer there, or a state code that nobody knows. */
export type ChangeKind = "present" | "inactive" | "gone" | "unknown";

/** The article's own fields; Unit4's ProductInfo. */
export type Article = {
  /** Unit4's article code (productId), text, character for character. */
  readonly articleId: string;
  /** Description. */
  readonly description: string;
  /** Search code. */
  readonly shortName: string;
  /** Article group code. */
  readonly groupId: string;
  /** Unit4's productType: 0 non-stock, 1 text, 2 stock, 3 constellation, 4 assembly. */
  readonly type: number;
  /** Unit; may be empty. */
  readonly unit: string;
  /** Number of decimals in a quantity of this article. */
  readonly quantityScale: number;
  /** Price without VAT, plain decimal text with a point. */
  readonly priceExclVat: string;
  /** Price with VAT, plain decimal text with a point. */
  readonly priceInclVat: string;
  /** VAT code. */
  readonly vatCodeId: number;
  /** EAN code; may be empty. */
  readonly eanCode: string;
};

/** An article (artikel) of Unit4 Multivers as one scan saw it, complete. */
export type ArticleChanged = {
  /** Tenant that the change belongs to. */
  readonly tenantId: string;
  /** Activation of the tenant, counted from 1; events of an earlier epoch are ignored for good. */
  readonly epoch: number;
  /** Number of the scan that saw the change, from one sequence; with the epoch it is the version of the row. */
  readonly revision: number;
  /** State of the row in Unit4 when it was seen. */
  readonly change: ChangeKind;
  /** When the poller saw the change, milliseconds since 1970 UTC. */
  readonly observedAt: number;
  /** Unit4's own date of the change, yyyy-MM-dd; null where Unit4 gives none or an unreadable one. */
  readonly changedOn: null | string;
  /** The state code as Unit4 sent it (customerStateId, productState). */
  readonly stateCode: null | string;
  /** Unit4's article code (productId), text, character for character. */
  readonly articleId: string;
  /** The article; null when it is gone. */
  readonly article: null | Article;
};

/** The customer's own fields; Unit4's CustomerInfo. */
export type Customer = {
  /** Unit4's customer code, text, character for character. */
  readonly customerId: string;
  /** Key of the customer's addresses in Unit4. */
  readonly organizationId: number;
  /** Name. */
  readonly name: string;
  /** Search code. */
  readonly shortName: string;
  /** Contact person; may be empty. */
  readonly contactPerson: string;
  /** Street and house number of the standard address. */
  readonly street1: string;
  /** Second street line; may be empty. */
  readonly street2: string;
  /** Postal code. */
  readonly zipCode: string;
  /** City. */
  readonly city: string;
  /** Country code; empty means the administration's own country. */
  readonly countryId: string;
  /** Telephone number as typed. */
  readonly telephone: string;
  /** Mobile number as typed. */
  readonly mobilePhone: string;
  /** E-mail address as typed. */
  readonly email: string;
  /** Payment condition; required on an order. */
  readonly paymentConditionId: string;
  /** VAT scenario of the customer; null where Unit4 has none. */
  readonly vatScenarioId: null | number;
  /** 0 no VAT, 1 VAT, 2 subcontractor. */
  readonly chargeVatTypeId: number;
};

/** Address of type invoice of the customer's organisation. */
export type InvoiceAddress = {
  /** Name on the address; may be empty. */
  readonly name: string;
  /** Street and house number. */
  readonly street1: string;
  /** Second street line; may be empty. */
  readonly street2: string;
  /** Postal code as Unit4 has it. */
  readonly zipCode: string;
  /** City. */
  readonly city: string;
  /** Country code; empty means the administration's own country. */
  readonly countryId: string;
};

/** A customer (debiteur) of Unit4 Multivers as one scan saw it, complete. */
export type CustomerChanged = {
  /** Tenant that the change belongs to. */
  readonly tenantId: string;
  /** Activation of the tenant, counted from 1; events of an earlier epoch are ignored for good. */
  readonly epoch: number;
  /** Number of the scan that saw the change, from one sequence; with the epoch it is the version of the row. */
  readonly revision: number;
  /** State of the row in Unit4 when it was seen. */
  readonly change: ChangeKind;
  /** When the poller saw the change, milliseconds since 1970 UTC. */
  readonly observedAt: number;
  /** Unit4's own date of the change, yyyy-MM-dd; null where Unit4 gives none or an unreadable one. */
  readonly changedOn: null | string;
  /** The state code as Unit4 sent it (customerStateId, productState). */
  readonly stateCode: null | string;
  /** Unit4's customer code, text, character for character. */
  readonly customerId: string;
  /** The customer; null when it is gone. */
  readonly customer: null | Customer;
  /** Whether this scan looked the invoice address up; false leaves the first work address as it was. */
  readonly invoiceAddressKnown: boolean;
  /** The invoice address; null when there is none or it was not looked up. */
  readonly invoiceAddress: null | InvoiceAddress;
};

/** How grave it is: an error needs a person. */
export type MessageKind = "info" | "warning" | "error";

/** What kind of record it is about. */
export type MessageTable =
  | "workorder"
  | "customer"
  | "workAddress"
  | "article"
  | "articleGroup"
  | "connection"
  | "settings";

/** A message for office staff or operators, as data; the texts stand in the message catalogue. */
export type MessageLogged = {
  /** Tenant that the message is about; 'platform' when it is about no single tenant. */
  readonly tenantId: string;
  /** Derived from its cause, so that a repeat has the same id. */
  readonly messageId: string;
  /** When it happened, milliseconds since 1970 UTC. */
  readonly at: number;
  /** Service that says it. */
  readonly service: string;
  /** Kind of message. */
  readonly kind: MessageKind;
  /** Code in the message catalogue. */
  readonly code: string;
  /** Parameters of the text. */
  readonly params: Readonly<Record<string, string>>;
  /** What kind of record it is about. */
  readonly table: MessageTable;
  /** Id of that record; empty when it is about all of them. */
  readonly recordId: string;
  /** Name of that record as people know it. */
  readonly recordName: string;
  /** Ties the messages of one piece of work together. */
  readonly correlationId: string;
  /** Codes of open messages about the same record that this one closes. */
  readonly closes: null | readonly string[];
};

/** Whether the line books an article or carries text; unknown is what an older reader makes of a kind it does not know. */
export type LineKind = "article" | "text" | "unknown";

/** A line of the order. */
export type OrderLine = {
  /** Kind of line. */
  readonly kind: LineKind;
  /** Article code; empty on a text line. */
  readonly articleId: string;
  /** Unit4's productType of the article; null where it is not known. */
  readonly articleType: null | number;
  /** Quantity, plain decimal text; empty on a text line. */
  readonly quantity: string;
  /** Text of a text line, at most 254 UTF-16 units; empty on an article line. */
  readonly text: string;
};

/** A person sends a workorder again that did not become an order (rules W17 and A9). */
export type Retry = {
  /** Same for every repeat of one retry. */
  readonly id: string;
  /** When the person asked for it, milliseconds since 1970 UTC. */
  readonly at: number;
  /** Who asked for it. */
  readonly by: string;
};

/** An order to be written to Unit4, mapped from an archived workorder. */
export type OrderRequested = {
  /** Tenant whose administration gets the order. */
  readonly tenantId: string;
  /** Activation of the tenant in which the workorder was archived. */
  readonly epoch: number;
  /** Simon's id of the workorder: at most one order for each. */
  readonly workorderId: string;
  /** Number that people see. */
  readonly workorderNumber: string;
  /** Reference on the order, at most 60 characters, begins with the workorder number. */
  readonly reference: string;
  /** Customer of the order. */
  readonly customerId: string;
  /** Customer's name, for messages. */
  readonly customerName: string;
  /** The customer's payment condition, required by Unit4. */
  readonly paymentConditionId: string;
  /** The customer's VAT scenario. */
  readonly vatScenarioId: null | number;
  /** The customer's VAT type: 0 no VAT, 1 VAT, 2 subcontractor. */
  readonly chargeVatTypeId: number;
  /** Order date, yyyy-MM-dd, the archive date in Europe/Amsterdam. */
  readonly orderDate: string;
  /** Lines in the order in which they are booked. */
  readonly lines: readonly OrderLine[];
  /** Remarks for the memo field; empty when they go as text lines or not at all. */
  readonly remarks: string;
  /** Custom field of the administration that takes the remarks; null where they go as text lines. */
  readonly memoField: null | string;
  /** Version of the tenant's settings in force at the archiving moment. */
  readonly settingsVersion: number;
  /** When the workorder was archived, milliseconds since 1970 UTC. */
  readonly archivedAt: number;
  /** Time stamp of the archived event on its topic, milliseconds since 1970 UTC. */
  readonly requestedAt: number;
  /** The retry that this request comes from; null when it comes from the archiving itself. */
  readonly retry: null | Retry;
  /** Why this archiving asks for no order, as a message code, so that the ledger withdraws one that waits; null where it asks for one. Without an order the fields of one are empty. */
  readonly noOrderCode: null | string;
  /** Place of this decision among all that were made about its workorder, from 1, in the order of their archived events on the topic: the later one counts, whatever clocks say. 0 where it was made before there were any. */
  readonly sequence: number;
  /** Unit4's database whose customers and articles it was mapped with: the order goes there or nowhere. Empty where it was made before this was noted, or asks for no order. */
  readonly administration: string;
  /** Whether Unit4 may have the order already, so that it is asked before anything is sent: it was requested before, and nobody knows what became of it. */
  readonly lookFirst: boolean;
};

/** End state; unknown is what an older reader makes of a state it does not know. */
export type Outcome = "written" | "refused" | "skipped" | "unknown";

/** What became of an archived workorder. */
export type OrderSettled = {
  /** Tenant that the workorder belongs to. */
  readonly tenantId: string;
  /** Simon's id of the workorder. */
  readonly workorderId: string;
  /** Number that people see. */
  readonly workorderNumber: string;
  /** How it ended. */
  readonly outcome: Outcome;
  /** Order number in Unit4, when written. */
  readonly orderId: null | string;
  /** Code of the message that explains the outcome. */
  readonly code: string;
  /** Parameters of that message. */
  readonly params: Readonly<Record<string, string>>;
  /** When the workorder was archived, milliseconds since 1970 UTC. */
  readonly archivedAt: number;
  /** When the outcome was certain, milliseconds since 1970 UTC. */
  readonly settledAt: number;
  /** Number of times the order was sent to Unit4. */
  readonly attempts: number;
  /** Place of the archiving that this is the outcome of among all of its workorder, as in order requests: the outcome of the later one counts. 0 where it was made before there were any. */
  readonly sequence: number;
};

/** The place where the work was done. */
export type WorkAddress = {
  /** Simon's id of the work address. */
  readonly workAddressId: string;
  /** Customer that the work address belongs to. */
  readonly customerId: string;
  /** Name; may be empty. */
  readonly name: string;
  /** Street and house number. */
  readonly street: string;
  /** Postal code. */
  readonly zipCode: string;
  /** City. */
  readonly city: string;
};

/** An article used on the workorder. */
export type Material = {
  /** Article code. */
  readonly articleId: string;
  /** Quantity, plain decimal text with a point; may be negative. */
  readonly quantity: string;
  /** Description as Simon showed it; may be empty. */
  readonly description: string;
};

/** A workorder (werkbon) was archived in Simon. */
export type WorkorderArchived = {
  /** Tenant that the workorder belongs to. */
  readonly tenantId: string;
  /** Simon's id of the workorder, unique within the tenant. */
  readonly workorderId: string;
  /** Number that people see, for instance WB-2026-000173. */
  readonly workorderNumber: string;
  /** Unit4's customer code; null when no customer was chosen. */
  readonly customerId: null | string;
  /** The work address; null when none was chosen. */
  readonly workAddress: null | WorkAddress;
  /** Work description, may have line breaks. */
  readonly description: string;
  /** Whether the workorder was reported ready in full. */
  readonly reportedReady: boolean;
  /** Travel time in whole minutes. */
  readonly travelMinutes: number;
  /** Work time in whole minutes. */
  readonly workMinutes: number;
  /** Articles used. */
  readonly materials: readonly Material[];
  /** When it was archived, milliseconds since 1970 UTC. */
  readonly archivedAt: number;
  /** Who archived it. */
  readonly archivedBy: string;
  /** The retry that this event is; null on the archiving itself. */
  readonly retry: null | Retry;
};
