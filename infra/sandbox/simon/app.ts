import { readFile } from "node:fs/promises";
import Fastify, { type FastifyInstance } from "fastify";
import { refuseOtherHosts, show } from "../site-replies.ts";
import { addArticleRoutes } from "./article-routes.ts";
import { addCustomerRoutes } from "./customer-routes.ts";
import { homePage } from "./home-page.ts";
import { type Site, siteRoutes } from "./site-request.ts";
import { listTenants } from "./tenants.ts";
import { addWorkorderRoutes } from "./workorder-routes.ts";

const STYLE = new URL("../style.css", import.meta.url);
const LARGEST_FORM_BYTES = 64 * 1024;

/** The web site of the sandbox Simon. */
export function createApp(site: Site): FastifyInstance {
  const app = Fastify({ bodyLimit: LARGEST_FORM_BYTES });
  refuseOtherHosts(app);
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => done(null, body),
  );
  app.get("/style.css", async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(await readFile(STYLE)),
  );
  app.get("/", async (_request, reply) => show(reply, homePage(await listTenants(site.pool))));
  const routes = siteRoutes(app, site);
  addCustomerRoutes(routes);
  addArticleRoutes(routes);
  addWorkorderRoutes(routes);
  return app;
}
