import type { Administration } from "../administration/administration.ts";
import { BLANK_CUSTOMER, type CustomerRow } from "../rows/customer-row.ts";
import { enteredAddress, enteredCustomer } from "../site/site-forms.ts";
import { siteUrl } from "../site/site-page.ts";
import type { FormOutcome, SiteRequest, SiteRoutes } from "../site/site-request.ts";
import { customerPage, customersPage, newCustomerPage } from "./customer-pages.ts";

/** The pages and forms for customers. */
export function addCustomerRoutes({ page, form }: SiteRoutes): void {
  page("customers", ({ administration, ...list }) => customersPage(administration, list));
  page("customers/new", ({ administration }) => newCustomerPage(administration, BLANK_CUSTOMER, {}));
  page("customers/one", ({ administration, id, done }) => {
    const row = administration.customers.get(id);
    return row === undefined ? null : customerPage(administration, row, { done });
  });
  form("customers/new", add);
  form("customers/change", (request) => withCustomer(request, change));
  form("customers/invoice-address", (request) => withCustomer(request, changeInvoiceAddress));
  form("customers/state", (request) => withCustomer(request, changeState));
  form("customers/delete", (request) =>
    withCustomer(request, ({ administration, id }) => {
      administration.deleteCustomer(id);
      return { kind: "go", to: siteUrl(administration.database, "customers", { done: "deleted" }) };
    }),
  );
}

function add({ administration, form }: SiteRequest): FormOutcome {
  const customerId = (form.get("customerId") ?? "").trim().slice(0, 8);
  const entered = enteredCustomer(form);
  const fault =
    newIdFault(administration, customerId) ?? (entered.kind === "fault" ? entered.fault : undefined);
  if (entered.kind === "fault" || fault !== undefined) {
    const typed = { ...BLANK_CUSTOMER, ...Object.fromEntries(form) };
    return { kind: "show", markup: newCustomerPage(administration, typed, { fault }) };
  }
  administration.putCustomer({ ...entered.fields, customerId });
  return toCustomer(administration, customerId, "added");
}

function newIdFault({ customers }: Administration, customerId: string): string | undefined {
  if (customerId === "") return "Vul een nummer in.";
  return customers.has(customerId) ? `Debiteur ${customerId} bestaat al.` : undefined;
}

function change({ administration, id, form }: SiteRequest, row: CustomerRow): FormOutcome {
  const entered = enteredCustomer(form);
  if (entered.kind === "fault")
    return { kind: "show", markup: customerPage(administration, row, { fault: entered.fault }) };
  administration.patchCustomer(id, entered.fields);
  return toCustomer(administration, id, "saved");
}

function changeInvoiceAddress({ administration, id, form }: SiteRequest, row: CustomerRow): FormOutcome {
  if (form.has("remove")) administration.deleteInvoiceAddress(row.organizationId);
  else administration.putInvoiceAddress(row.organizationId, enteredAddress(form));
  return toCustomer(administration, id, "saved");
}

function changeState({ administration, id, form }: SiteRequest): FormOutcome {
  administration.patchCustomer(id, { customerStateId: form.get("state") === "P" ? "P" : "A" });
  return toCustomer(administration, id, "saved");
}

function withCustomer(
  request: SiteRequest,
  act: (request: SiteRequest, row: CustomerRow) => FormOutcome,
): FormOutcome {
  const row = request.administration.customers.get(request.id);
  return row === undefined ? { kind: "missing" } : act(request, row);
}

function toCustomer({ database }: Administration, id: string, done: string): FormOutcome {
  return { kind: "go", to: siteUrl(database, "customers/one", { id, done }) };
}
