import type { FastifyInstance } from "fastify";
import { fromOwnPage, missing, refused, show } from "../../site-replies.ts";
import type { AdministrationOptions } from "../administration/administration.ts";
import { DEMO_FAULTS, demoRules, isDemoRule } from "./demo-faults.ts";
import { FAULT_PAGE_URL, faultPage } from "./fault-page.ts";
import type { FaultScript } from "./fault-script.ts";

/** What the page shows and changes. */
export type FaultPageOptions = Readonly<{
  administrations: readonly AdministrationOptions[];
  faults: FaultScript;
}>;

/** Adds the page of faults: one fault at a time for each administration, beside the rules that a script set. */
export function addFaultPage(app: FastifyInstance, { administrations, faults }: FaultPageOptions): void {
  app.get(FAULT_PAGE_URL, (_request, reply) => show(reply, faultPage(administrations, faults.status)));
  app.post(FAULT_PAGE_URL, (request, reply) => {
    if (!fromOwnPage(request)) return refused(reply);
    const form = new URLSearchParams(typeof request.body === "string" ? request.body : "");
    const administration = administrations.find((one) => one.database === form.get("database"));
    const fault = DEMO_FAULTS.find((one) => one.id === form.get("fault"));
    if (administration === undefined || (fault === undefined && !form.has("clear"))) return missing(reply);
    faults.remove((id) => isDemoRule(id, administration.database));
    if (fault !== undefined && !form.has("clear")) faults.add(demoRules(fault, administration));
    return reply.redirect(FAULT_PAGE_URL, 303);
  });
}
