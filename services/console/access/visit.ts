import type { FastifyReply, FastifyRequest } from "fastify";
import type { Language } from "../../shared/domain/message-catalogue.ts";
import type { Connection } from "../../shared/postgres.ts";
import type { Actor } from "../parts/audit-store.ts";
import type { KeyScope } from "./key-store.ts";
import type { Session } from "./session-store.ts";

/** Who may use a route. Every route says it; one that does not cannot be registered. */
export type Access =
  /** Everyone. */
  | "public"
  /** Everyone who signed in. */
  | "signed-in"
  /** People of the tenant in the path, and operators. */
  | "tenant"
  | "operator"
  /** Programs with a key of the tenant in the path. */
  | "key";

/** What a request brings along. */
type Visit = {
  readonly language: Language;
  readonly session: Session | null;
};

/** A visit by someone who signed in. */
export type SignedInVisit = Visit & { readonly session: Session };

/** A visit to the pages or acts of one tenant, by a person or a program that may. */
export type TenantVisit = {
  readonly language: Language;
  readonly tenantId: string;
  readonly tenantName: string;
  readonly tenantStatus: "active" | "inactive";
  /** Who an act is noted for. */
  readonly actor: Actor;
  /** The actor's signature, for where only a text is kept. */
  readonly by: string;
  /** null for a program. */
  readonly session: Session | null;
  /** A transaction that sees this tenant's rows alone. */
  readonly inTenant: <T>(work: (tx: Connection) => Promise<T>) => Promise<T>;
};

/** The visit of a request as it would be now; null when it would be refused. */
export type Revisit = (request: FastifyRequest) => Promise<TenantVisit | null>;

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    /** What a key has to be allowed; of routes with access `key`. */
    scope?: KeyScope;
    /** Done only by a person who signed in a moment ago. */
    needsFreshSignIn?: boolean;
    /** Asked by the page itself, not by a person: it keeps no session awake. */
    isAutomatic?: boolean;
  }
  interface FastifyRequest {
    visit: Visit;
    tenantVisit: TenantVisit | null;
  }
}

/** The visit of a route with access `signed-in` or `operator`. */
export function signedInVisit({ visit }: FastifyRequest): SignedInVisit {
  if (visit.session === null) throw new TypeError("This route is open to people who did not sign in.");
  return { ...visit, session: visit.session };
}

/** The visit of a route with access `tenant` or `key`. */
export function tenantVisit({ tenantVisit: visit }: FastifyRequest): TenantVisit {
  if (visit === null) throw new TypeError("This route is not one of a tenant.");
  return visit;
}

/** Whether htmx asks for a piece of a page. */
export const asksForPiece = (request: FastifyRequest): boolean => request.headers["hx-request"] === "true";

/** Sends the browser to another page; htmx is told so that the whole page changes. */
export function goTo(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
  return asksForPiece(request)
    ? reply.code(204).header("hx-redirect", path).send()
    : reply.redirect(path, 303);
}

/** Who a signed-in person is to the audit log. */
export const actorOf = ({ role, userId, email, name }: Session): Actor => ({
  kind: role,
  id: userId,
  name: email || name,
});

/** Whether a person may see and change this tenant: its own people and operators. */
export const isOpenTo = ({ role, tenantId }: Session, wanted: string): boolean =>
  role === "operator" || tenantId === wanted;
