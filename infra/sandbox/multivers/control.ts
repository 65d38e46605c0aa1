import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { fromOwnPage, refused } from "../site-replies.ts";
import type { Audit } from "./audit/audit.ts";
import { addFaultPage, type FaultPageOptions } from "./faults/fault-page-routes.ts";
import { parseFaultScript } from "./faults/fault-rule.ts";
import { parseSettings, type SettingsInForce } from "./sandbox-settings.ts";

/** What can be steered and judged from outside. */
export type ControlOptions = FaultPageOptions & Readonly<{ audit: Audit; settings: SettingsInForce }>;

/**
 * Adds the addresses by which tests and people steer the emulator while it runs:
 * - `GET`, `PUT` and `DELETE /sandbox/faults`: the script `{ seed?, rules }`; what comes back has counts with it.
 * - `GET` and `POST /sandbox/settings`: what is given changes, the rest stays.
 * - `GET /sandbox/audit?since=0&limit=1000`: lines of the audit from that number on, at most 10,000; `next` is where to
 *   go on, `total` how many there are.
 * - `/sandbox/storingen`: the page on which a person does some of this.
 *
 * What is not right is a 400 with `{ faults: [...] }` and changes nothing.
 */
export function addControl(app: FastifyInstance, options: ControlOptions): void {
  const { faults, audit, settings } = options;
  app.get("/sandbox/faults", (_request, reply) => json(reply, { rules: faults.status }));
  app.put("/sandbox/faults", (request, reply) =>
    change(request, reply, (body) => {
      const parsed = parseFaultScript(body);
      if (parsed.kind === "faults") return bad(reply, parsed.faults);
      faults.set(parsed.script.rules, parsed.script.seed);
      return json(reply, { rules: faults.status });
    }),
  );
  app.delete("/sandbox/faults", (request, reply) => {
    if (!fromOwnPage(request)) return refused(reply);
    faults.clear();
    return json(reply, { rules: [] });
  });
  app.get("/sandbox/settings", (_request, reply) => json(reply, settings.current));
  app.post("/sandbox/settings", (request, reply) =>
    change(request, reply, (body) => {
      const parsed = parseSettings(body);
      if (parsed.kind === "faults") return bad(reply, parsed.faults);
      settings.change(parsed.changes);
      return json(reply, settings.current);
    }),
  );
  app.get("/sandbox/audit", (request, reply) => {
    const page = PAGE.safeParse(request.query);
    if (!page.success) return bad(reply, ["since and limit are whole numbers, limit at most 10000"]);
    const lines = audit.lines(page.data);
    // The lines are JSON already.
    const next = page.data.since + lines.length;
    return jsonText(reply, `{"entries":[${lines.join(",")}],"next":${next},"total":${audit.total}}`);
  });
  addFaultPage(app, options);
}

const PAGE = z.object({
  since: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
});

function change(
  request: FastifyRequest,
  reply: FastifyReply,
  act: (body: unknown) => FastifyReply,
): FastifyReply {
  if (!fromOwnPage(request)) return refused(reply);
  const body = parsedJson(request.body);
  return body === undefined ? bad(reply, ["the body is not JSON"]) : act(body);
}

function parsedJson(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === "string" ? body : "");
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function bad(reply: FastifyReply, faults: readonly string[]): FastifyReply {
  return json(reply.code(400), { faults });
}

function json(reply: FastifyReply, value: unknown): FastifyReply {
  return jsonText(reply, JSON.stringify(value));
}

function jsonText(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").header("cache-control", "no-store").send(text);
}
