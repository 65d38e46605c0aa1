import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { searching } from "../access/crowd.ts";
import { Refusal } from "../access/refusals.ts";
import { actorOf, signedInVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import type { App } from "../parts/web-app.ts";
import type { Place } from "./account-acts.ts";
import {
  blockUser,
  endSessions,
  inviteUser,
  moveUser,
  type Operator,
  removeUser,
  type UserResult,
  unblockUser,
} from "./acts.ts";
import { type PlaceForm, USER_NOTICES, type UserNotice, userPage, usersPage } from "./page.ts";
import { findUser, listUsers } from "./queries.ts";

const PATH = "/operator/users";
const config = { access: "operator" } as const;
/** Giving a role or a tenant; taking access away is never put off. */
const giving = { access: "operator", needsFreshSignIn: true } as const;
const params = z.object({ userId: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const done = z.enum(USER_NOTICES).optional();
const place = z.object({
  role: z.enum(["user", "operator"]),
  tenantId: z.string().trim().max(63).default(""),
});
const NOTHING_FILLED_IN: PlaceForm = { email: "", role: "user", tenantId: "" };

/** People and their roles, for operators. */
export function userRoutes(app: App, { pool, pipeline }: ConsoleParts): void {
  app.get(
    PATH,
    {
      config: { ...config, takes: searching },
      schema: {
        querystring: z.object({
          q: z.string().trim().max(100).default(""),
          page: z.coerce.number().int().min(1).max(1_000_000).default(1),
        }),
      },
    },
    (request, reply) => {
      const { q: search, page } = request.query;
      return showUsers(request, reply, { search, page, notice: null, invitation: NOTHING_FILLED_IN });
    },
  );

  app.post(
    PATH,
    {
      config: giving,
      schema: {
        body: place.extend({ email: z.string().trim().toLowerCase().max(200).pipe(z.email()) }),
      },
    },
    async (request, reply) => {
      const { email } = request.body;
      const result = await inviteUser(pool, {
        operator: operatorOf(request),
        email,
        place: placeFrom(request.body),
      });
      if (result.kind === "done") return reply.redirect(`${PATH}/${result.userId}?done=invited`, 303);
      reply.code(400);
      return showUsers(request, reply, { search: "", page: 1, notice: result, invitation: request.body });
    },
  );

  app.get(
    `${PATH}/:userId`,
    { config, schema: { params, querystring: z.object({ done }) } },
    (request, reply) => {
      const said = request.query.done;
      return showUser(request, reply, {
        userId: request.params.userId,
        notice: said === undefined ? null : { kind: "done", done: said },
      });
    },
  );

  app.post(`${PATH}/:userId`, { config: giving, schema: { params, body: place } }, async (request, reply) => {
    const { userId } = request.params;
    const change = { operator: operatorOf(request), userId, place: placeFrom(request.body) };
    return answer(request, reply, { userId, done: "changed", result: await moveUser(pool, change) });
  });

  app.post(`${PATH}/:userId/remove`, { config: giving, schema: { params } }, async (request, reply) => {
    const { userId } = request.params;
    const result = await removeUser(pool, { operator: operatorOf(request), userId });
    if (result.kind === "done") return reply.redirect(PATH, 303);
    reply.code(400);
    return showUser(request, reply, { userId, notice: result });
  });

  app.post(`${PATH}/:userId/unblock`, { config: giving, schema: { params } }, async (request, reply) => {
    const { userId } = request.params;
    const result = await unblockUser(pool, { operator: operatorOf(request), userId });
    return answer(request, reply, { userId, done: "unblocked", result });
  });

  const acts = { block: blockUser, "sign-out": endSessions };
  const said = { block: "blocked", "sign-out": "signed-out" } as const;
  app.post(
    `${PATH}/:userId/:act`,
    { config, schema: { params: params.extend({ act: z.enum(["block", "sign-out"]) }) } },
    async (request, reply) => {
      const { userId, act } = request.params;
      const result = await acts[act](pool, { operator: operatorOf(request), userId });
      return answer(request, reply, { userId, done: said[act], result });
    },
  );

  /** To the person's page, or what was refused on it. */
  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: {
      readonly userId: number;
      readonly done: (typeof USER_NOTICES)[number];
      readonly result: UserResult;
    },
  ): FastifyReply | Promise<FastifyReply> {
    const { userId, result } = outcome;
    if (result.kind === "done") return reply.redirect(`${PATH}/${userId}?done=${outcome.done}`, 303);
    reply.code(400);
    return showUser(request, reply, { userId, notice: result });
  }

  async function showUsers(
    request: FastifyRequest,
    reply: FastifyReply,
    given: {
      readonly search: string;
      readonly page: number;
      readonly notice: UserNotice | null;
      readonly invitation: PlaceForm;
    },
  ): Promise<FastifyReply> {
    const list = await listUsers(pool, given);
    return show(
      reply,
      usersPage({ ...pageHead(request), isPipelineUp: pipeline.isUp(), choice: given, ...given, list }),
    );
  }

  async function showUser(
    request: FastifyRequest,
    reply: FastifyReply,
    { userId, notice }: { readonly userId: number; readonly notice: UserNotice | null },
  ): Promise<FastifyReply> {
    const user = await findUser(pool, userId);
    if (user === null) throw new Refusal("NOT_FOUND");
    const head = { ...pageHead(request), path: `${PATH}/${userId}`, isPipelineUp: pipeline.isUp() };
    return show(reply, userPage({ ...head, user, notice }));
  }
}

function operatorOf(request: FastifyRequest): Operator {
  const { session } = signedInVisit(request);
  return { userId: session.userId, actor: actorOf(session) };
}

/** An operator belongs to no tenant, whatever was filled in. */
const placeFrom = ({ role, tenantId }: z.infer<typeof place>): Place =>
  role === "operator" ? { role, tenantId: null } : { role, tenantId };
