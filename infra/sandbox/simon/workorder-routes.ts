import { randomUUID } from "node:crypto";
import type { WorkAddress } from "../../../schemas/records.ts";
import { usableArticles } from "./articles.ts";
import { findCustomer, type ShownCustomer } from "./customers.ts";
import { tenantUrl } from "./page.ts";
import type { FormOutcome, SiteRequest, SiteRoutes } from "./site-request.ts";
import { type ShownWorkAddress, workAddressesOf } from "./work-addresses.ts";
import {
  dutchQuantity,
  MATERIAL_ROWS,
  readWorkorder,
  type TypedWorkorder,
  typedWorkorder,
} from "./workorder-form.ts";
import { workorderFormPage, workorderPage, workordersPage } from "./workorder-pages.ts";
import {
  archive,
  changeWorkorder,
  findWorkorder,
  insertWorkorder,
  listWorkorders,
  reopen,
  reportReady,
  type ShownWorkorder,
  type WorkorderContent,
} from "./workorders.ts";

const WORKORDERS_SHOWN = 100;

/** The pages and forms for workorders. */
export function addWorkorderRoutes({ page, form }: SiteRoutes): void {
  page("workorders", async (request) =>
    workordersPage(request, await listWorkorders(request.pool, request.tenant.tenantId, WORKORDERS_SHOWN)),
  );
  page("workorders/new", (request) => {
    const customerId = request.query.get("customer") ?? "";
    return formPage(request, { ...EMPTY, customerId, workAddressId: firstAddressOf(customerId) });
  });
  page("workorders/one", async (request) => {
    const workorder = await findWorkorder(request.pool, request.tenant.tenantId, request.id);
    return workorder === null ? null : workorderPage(request, workorder);
  });
  page("workorders/change", async (request) => {
    const workorder = await findWorkorder(request.pool, request.tenant.tenantId, request.id);
    return workorder?.status === "open" ? formPage(request, typedAgain(workorder)) : null;
  });
  form("workorders/new", save);
  form("workorders/change", save);
  form("workorders/ready", (request) => act(request, "ready", reportReady));
  form("workorders/reopen", (request) => act(request, "reopened", reopen));
  form("workorders/archive", (request) =>
    act(request, "archived", async (pool, tenantId, workorderId) => {
      await archive(pool, tenantId, { workorderId, by: "Kantoor" });
      request.onArchived();
    }),
  );
}

const firstAddressOf = (customerId: string): string => (customerId === "" ? "" : `unit4:${customerId}`);

const EMPTY: TypedWorkorder = {
  customerId: "",
  workAddressId: "",
  description: "",
  travelMinutes: "",
  workMinutes: "",
  materials: Array.from({ length: MATERIAL_ROWS }, () => ({ articleId: "", quantity: "" })),
};

const typedAgain = (one: ShownWorkorder): TypedWorkorder => ({
  customerId: one.customerId ?? "",
  workAddressId: one.workAddress?.workAddressId ?? "",
  description: one.description,
  travelMinutes: String(one.travelMinutes),
  workMinutes: String(one.workMinutes),
  materials: EMPTY.materials.map((empty, index) => {
    const material = one.materials[index];
    return material === undefined
      ? empty
      : { articleId: material.articleId, quantity: dutchQuantity(material.quantity) };
  }),
});

async function formPage(
  request: SiteRequest,
  typed: TypedWorkorder,
  faults: readonly string[] = [],
): Promise<string> {
  const { pool, tenant, id } = request;
  const customer = await findCustomer(pool, tenant.tenantId, typed.customerId);
  const addresses =
    customer === null ? [] : await workAddressesOf(pool, tenant.tenantId, customer.customerId);
  return workorderFormPage(request, {
    ...{ typed, customer, addresses, faults },
    workorderId: id === "" ? null : id,
  });
}

async function save(request: SiteRequest): Promise<FormOutcome> {
  const { pool, tenant, id, form } = request;
  const typed = typedWorkorder(form);
  const known = id === "" ? null : await findWorkorder(pool, tenant.tenantId, id);
  if (id !== "" && known?.status !== "open") return { kind: "missing" };
  const content = await contentOf(request, typed, known);
  if (content.kind === "faults")
    return { kind: "show", markup: await formPage(request, typed, content.faults) };
  const workorder = { ...content.content, workorderId: id === "" ? randomUUID() : id };
  if (known === null) await insertWorkorder(pool, tenant.tenantId, workorder);
  else await changeWorkorder(pool, tenant.tenantId, workorder);
  return toWorkorder(request, workorder.workorderId, "saved");
}

type Content =
  | { readonly kind: "content"; readonly content: WorkorderContent }
  | { readonly kind: "faults"; readonly faults: readonly string[] };

async function contentOf(
  { pool, tenant }: SiteRequest,
  typed: TypedWorkorder,
  known: ShownWorkorder | null,
): Promise<Content> {
  const codes = typed.materials.map(({ articleId }) => articleId);
  const usable = new Map(await usableArticles(pool, tenant.tenantId, codes));
  // What the workorder has already may stay on it, even if it was marked since.
  for (const { articleId, description } of known?.materials ?? []) usable.set(articleId, description);
  const read = readWorkorder(typed, usable);
  const customer = await findCustomer(pool, tenant.tenantId, typed.customerId);
  const faults = [...customerFaults(typed, customer, known), ...(read.kind === "faults" ? read.faults : [])];
  if (faults.length > 0 || read.kind === "faults") return { kind: "faults", faults };
  const addresses =
    customer === null ? [] : await workAddressesOf(pool, tenant.tenantId, customer.customerId);
  return {
    kind: "content",
    content: {
      customerId: typed.customerId === "" ? null : typed.customerId,
      customerName: customer?.name ?? "",
      workAddress: chosenAddress(addresses, typed.workAddressId),
      description: typed.description,
      travelMinutes: read.travelMinutes,
      workMinutes: read.workMinutes,
      materials: read.materials,
    },
  };
}

function customerFaults(
  { customerId }: TypedWorkorder,
  customer: ShownCustomer | null,
  known: ShownWorkorder | null,
): readonly string[] {
  if (customerId === "" || customerId === known?.customerId || customer?.state === "active") return [];
  return [`Klant ${customerId} is niet te kiezen.`];
}

function chosenAddress(addresses: readonly ShownWorkAddress[], workAddressId: string): WorkAddress | null {
  const found = addresses.find((address) => address.workAddressId === workAddressId);
  if (found === undefined) return null;
  const { origin: _, ...address } = found;
  return address;
}

async function act(
  request: SiteRequest,
  done: string,
  change: (pool: SiteRequest["pool"], tenantId: string, workorderId: string) => Promise<void>,
): Promise<FormOutcome> {
  const { pool, tenant, id } = request;
  if ((await findWorkorder(pool, tenant.tenantId, id)) === null) return { kind: "missing" };
  await change(pool, tenant.tenantId, id);
  return toWorkorder(request, id, done);
}

const toWorkorder = ({ tenant }: SiteRequest, id: string, done: string): FormOutcome => ({
  kind: "go",
  to: tenantUrl(tenant.tenantId, "workorders/one", { id, done }),
});
