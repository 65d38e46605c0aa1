import swagger from "@fastify/swagger";
import type { FastifyPluginCallback } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import type { ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import type { App } from "../parts/web-app.ts";
import { auditApi } from "./audit-routes.ts";
import { controlApi } from "./control-routes.ts";
import { type Description, forGenerators } from "./domain/open-api.ts";
import { TAGS } from "./operation.ts";
import { type ApiDocument, apiPage } from "./page.ts";
import { settingsApi } from "./settings-routes.ts";
import { stateApi } from "./state-routes.ts";
import { workorderListApi } from "./workorder-list-routes.ts";
import { workorderApi } from "./workorder-routes.ts";

/**
 * The acts of the console as JSON, for programs with a key of their tenant, and the description of it, which is made
 * from the routes' own schemas. In a scope of its own: what stands in it is in the description.
 */
export async function apiRoutes(app: App, parts: ConsoleParts): Promise<void> {
  const scope: FastifyPluginCallback = (api, _options, done) => {
    void api.register(swagger, {
      openapi: {
        openapi: "3.1.0",
        info: {
          title: "Simple-Simon and Unit4",
          version: "1",
          description: "Workorders, settings and state of one company, for its own programs.",
          contact: { name: "Simple-Simon", url: `${parts.config.CONSOLE_PUBLIC_URL}/api` },
          license: { name: "For customers of Simple-Simon", identifier: "LicenseRef-Simple-Simon" },
        },
        tags: [...TAGS],
        servers: [{ url: parts.config.CONSOLE_PUBLIC_URL }],
        components: {
          securitySchemes: {
            key: { type: "http", scheme: "bearer", description: "A key of your company: simon_…" },
          },
        },
      },
      transform: described,
    });
    // The routes are there after the plugin that describes them.
    void api.register((inner, _none, registered) => {
      stateApi(inner);
      workorderApi(inner, parts);
      workorderListApi(inner);
      settingsApi(inner, parts);
      controlApi(inner);
      auditApi(inner);
      descriptionRoutes(inner);
      registered();
    });
    done();
  };
  await app.register(scope);
}

/** What the description says of a route: what a key has to be allowed stands where OpenAPI has roles. */
const described: typeof jsonSchemaTransform = (route) => {
  const { schema, url } = jsonSchemaTransform(route);
  const { scope } = route.route.config ?? {};
  return { url, schema: scope === undefined ? schema : { ...schema, security: [{ key: [scope] }] } };
};

function descriptionRoutes(api: App): void {
  const description = (): string =>
    JSON.stringify(forGenerators(JSON.parse(JSON.stringify(api.swagger())) as Description));
  const open = { config: { access: "public" as const }, schema: { hide: true } };
  api.get("/api/openapi.json", open, (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(description()),
  );
  api.get("/api", open, (request, reply) =>
    show(reply, apiPage({ ...pageHead(request), document: api.swagger() as ApiDocument })),
  );
}
