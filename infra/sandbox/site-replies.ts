import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";

/** Whether a request that changes something comes from a page of our own, or from no page at all. */
export function fromOwnPage(request: { readonly headers: IncomingHttpHeaders }): boolean {
  // A page of another site must not be able to post here.
  const { origin, host } = request.headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** Answers with a page. */
export function show(reply: FastifyReply, markup: string): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header(
      "content-security-policy",
      "default-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'",
    )
    .header("cache-control", "no-store")
    .send(markup);
}

/** Answers that there is no such page. */
export function missing(reply: FastifyReply): FastifyReply {
  return reply.code(404).type("text/plain; charset=utf-8").send("Niet gevonden");
}

/** Refuses what another site tries to have done here. */
export function refused(reply: FastifyReply): FastifyReply {
  return reply.code(403).type("text/plain; charset=utf-8").send("Niet toegestaan");
}
