import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";

/** Whether a request that changes something comes from a page of our own, or from no page at all. */
export function fromOwnPage(request: { readonly headers: IncomingHttpHeaders }): boolean {
  // A page of another site must not be able to post here.
  const { origin, host } = request.headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

const OWN_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Whether a request was meant for this machine by name: a site of the internet whose name comes to mean 127.0.0.1 has its
 * pages ask here with a Host, and an Origin, of its own (DNS rebinding).
 */
export function isForThisMachine({ headers }: { readonly headers: IncomingHttpHeaders }): boolean {
  const { host = "", origin } = headers;
  return isOwnName(`http://${host}`) && (origin === undefined || isOwnName(origin));
}

const isOwnName = (url: string): boolean => URL.canParse(url) && OWN_NAMES.has(new URL(url).hostname);

/** Refuses whatever was not meant for this machine. */
export function refuseOtherHosts(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    if (!isForThisMachine(request)) return refused(reply);
  });
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
