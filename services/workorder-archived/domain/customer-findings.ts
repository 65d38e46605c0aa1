import type { WorkorderArchived } from "../../../schemas/records.ts";
import { type Finding, listed, shown } from "./finding.ts";
import { placeOf } from "./reference.ts";
import { type SimonCustomer, standingOf } from "./simon-row.ts";

/** What is wrong with the workorder's customer or its work address (W3, W12, O15). */
export function customerFaults(
  workorder: WorkorderArchived,
  customer: SimonCustomer | null,
): readonly Finding[] {
  const customerId = workorder.customerId ?? "";
  if (customerId.trim() === "") return [{ code: "WORKORDER_WITHOUT_CUSTOMER", params: {} }];
  const params = { customer: customerLabel(customerId, customer) };
  const standing = standingOf(customer);
  const faults: Finding[] = [];
  if (standing === "unknown") faults.push({ code: "WORKORDER_CUSTOMER_UNKNOWN", params });
  if (standing === "gone") faults.push(goneFinding(customer, params));
  const { workAddress } = workorder;
  if (workAddress !== null && workAddress.customerId !== customerId)
    faults.push({
      code: "WORKORDER_ADDRESS_OF_OTHER_CUSTOMER",
      params: { ...params, address: shown(placeOf(workorder) || workAddress.workAddressId) },
    });
  return faults;
}

/** A customer that got another number keeps its organisation: the office is told under which one it lives on (case O43). */
function goneFinding(customer: SimonCustomer | null, params: Finding["params"]): Finding {
  const successors = (customer?.successors ?? []).map(({ id, name }) => shown(`${id} ${name}`));
  return successors.length === 0
    ? { code: "WORKORDER_CUSTOMER_GONE", params }
    : { code: "WORKORDER_CUSTOMER_RENUMBERED", params: { ...params, successors: listed(successors) } };
}

/** A customer that Unit4 may not take an order for: it is tried, since the office decides daily who is inactive. */
export function customerWarnings(customer: SimonCustomer | null): readonly Finding[] {
  if (customer === null || standingOf(customer) !== "inactive") return [];
  const params = { customer: customerLabel(customer.customerId, customer) };
  return [{ code: "WORKORDER_CUSTOMER_INACTIVE", params }];
}

const customerLabel = (customerId: string, customer: SimonCustomer | null): string =>
  shown(`${customerId} ${customer?.name ?? ""}`);
