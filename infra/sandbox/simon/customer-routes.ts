import { randomUUID } from "node:crypto";
import { customerPage, customersPage, newCustomerPage } from "./customer-pages.ts";
import { addCustomer, findCustomer, listCustomers } from "./customers.ts";
import { tenantUrl } from "./page.ts";
import type { FormOutcome, SiteRequest, SiteRoutes } from "./site-request.ts";
import { addWorkAddress, workAddressesOf } from "./work-addresses.ts";

/** The pages and forms for customers and their work addresses. */
export function addCustomerRoutes({ page, form }: SiteRoutes): void {
  page("customers", async (request) =>
    customersPage(request, await listCustomers(request.pool, request.tenant.tenantId, request)),
  );
  page("customers/new", async ({ tenant }) => newCustomerPage(tenant, {}));
  page("customers/one", (request) => oneCustomer(request));
  form("customers/new", add);
  form("customers/work-addresses", addAddress);
}

async function oneCustomer(request: SiteRequest, fault?: string): Promise<string | null> {
  const { pool, tenant, id } = request;
  const customer = await findCustomer(pool, tenant.tenantId, id);
  if (customer === null) return null;
  return customerPage(request, customer, await workAddressesOf(pool, tenant.tenantId, id), fault);
}

async function add({ pool, tenant, form }: SiteRequest): Promise<FormOutcome> {
  const typed = {
    customerId: entered(form, "customerId", 20),
    name: entered(form, "name"),
    street: entered(form, "street"),
    zipCode: entered(form, "zipCode", 10),
    city: entered(form, "city"),
  };
  if (typed.customerId === "" || typed.name === "")
    return { kind: "show", markup: newCustomerPage(tenant, typed, "Vul een nummer en een naam in.") };
  if (!(await addCustomer(pool, tenant.tenantId, typed)))
    return {
      kind: "show",
      markup: newCustomerPage(
        tenant,
        typed,
        `Nummer ${typed.customerId} is al in gebruik, hier of in Unit4.`,
      ),
    };
  return {
    kind: "go",
    to: tenantUrl(tenant.tenantId, "customers/one", { id: typed.customerId, done: "added" }),
  };
}

async function addAddress(request: SiteRequest): Promise<FormOutcome> {
  const { pool, tenant, id, form } = request;
  const address = {
    workAddressId: randomUUID(),
    customerId: id,
    name: entered(form, "name"),
    street: entered(form, "street"),
    zipCode: entered(form, "zipCode", 10),
    city: entered(form, "city"),
  };
  if (address.street === "" || address.city === "") {
    const markup = await oneCustomer(request, "Vul een straat en een plaats in.");
    return markup === null ? { kind: "missing" } : { kind: "show", markup };
  }
  if ((await findCustomer(pool, tenant.tenantId, id)) === null) return { kind: "missing" };
  await addWorkAddress(pool, tenant.tenantId, address);
  return { kind: "go", to: tenantUrl(tenant.tenantId, "customers/one", { id, done: "added" }) };
}

/** A field of a form without spaces around it. */
export const entered = (form: URLSearchParams, name: string, maxLength = 80): string =>
  (form.get(name) ?? "").trim().slice(0, maxLength);
