import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forStream, forTenant, params, tenantHead } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { missingChecks } from "../settings/domain/settings-draft.ts";
import { findDraft } from "../settings/queries.ts";
import { WIZARD } from "../wizard/texts.ts";
import { rehearse } from "./acts.ts";
import { type ActivateRefusal, rehearsalPage, rehearsalPiece, rehearsalStartPage } from "./page.ts";
import { findRehearsal, ordersElsewhere, rehearsalChoices, rehearsalOf } from "./queries.ts";

const path = "/tenants/:tenantId/activation/rehearsal";

const REFUSALS = Object.keys(WIZARD.nl.activateRefusals) as readonly ActivateRefusal[];

/** The rehearsal of an activation (rule A10): begun by a form, like every change, it goes on without the browser. */
export function rehearsalRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live } = parts;
  app.get(
    path,
    {
      config: forTenant,
      schema: { params, querystring: z.object({ refusal: z.enum(REFUSALS).optional() }) },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const root = `/tenants/${visit.tenantId}`;
      if (visit.tenantStatus === "active") return reply.redirect(root, 303);
      const seen = await visit.inTenant(async (tx) => {
        const draft = await findDraft(tx, visit.tenantId);
        const choices = rehearsalChoices(draft.values);
        return {
          isChecked: missingChecks(draft).length === 0,
          rehearsal: await rehearsalOf(tx, visit.tenantId, choices),
          elsewhere: await ordersElsewhere(tx, visit.tenantId, choices.administration),
        };
      });
      if (!seen.isChecked) return reply.redirect(`${root}/settings`, 303);
      const { refusal = null } = request.query;
      const { rehearsal, elsewhere } = seen;
      const head = tenantHead(request, pipeline);
      return show(
        reply,
        rehearsal === null
          ? rehearsalStartPage(head)
          : rehearsalPage({ ...head, rehearsal, elsewhere, refusal }),
      );
    },
  );

  app.post(path, { config: forTenant, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    await rehearse(visit, true);
    return reply.redirect(`/tenants/${visit.tenantId}/activation/rehearsal`, 303);
  });

  app.get(`${path}/events`, { config: forStream, schema: { params } }, (request, reply) => {
    return live.follow(request, reply, {
      name: "rehearsal",
      read: findRehearsal,
      show: (rehearsal, visit) => {
        const { language, session } = visit;
        return rehearsal === null
          ? ""
          : String(rehearsalPiece({ language, session, tenant: visit, rehearsal }));
      },
    });
  });
}
