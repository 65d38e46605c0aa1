import { readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import { fromOwnPage, missing, refused, show } from "../site-replies.ts";
import { addCustomerRoutes } from "./customers/customer-routes.ts";
import { homePage } from "./home-page.ts";
import { ordersPage } from "./orders/order-page.ts";
import { addProductRoutes } from "./products/product-routes.ts";
import { siteUrl } from "./site/site-page.ts";
import { type FormOutcome, type SiteOptions, type SiteRoutes, siteRequest } from "./site/site-request.ts";

/** Adds the pages on which a person looks at the data and changes them, as the office does in Multivers itself. */
export function addSite(app: FastifyInstance, options: SiteOptions): void {
  const names = options.administrations.map((one) => one.database);
  app.get("/style.css", async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(await readFile(STYLE)),
  );
  app.get("/", (_request, reply) => show(reply, homePage(names.map(options.administration))));
  app.get("/sandbox/:database", (request, reply) => {
    const one = siteRequest(request, options);
    return one === null
      ? missing(reply)
      : reply.redirect(siteUrl(one.administration.database, "customers"), 303);
  });
  const routes = routesOf(app, options);
  addCustomerRoutes(routes);
  addProductRoutes(routes);
  routes.page("orders", ({ administration, done }) => ordersPage(administration, done));
  routes.form("orders/invoice", ({ administration, id }) => {
    if (!administration.storedOrders.has(id)) return { kind: "missing" };
    administration.invoiceOrder(id);
    return { kind: "go", to: siteUrl(administration.database, "orders", { done: "invoiced" }) };
  });
}

function routesOf(app: FastifyInstance, options: SiteOptions): SiteRoutes {
  return {
    page: (path, render) =>
      app.get(`/sandbox/:database/${path}`, (request, reply) => {
        const one = siteRequest(request, options);
        const markup = one === null ? null : render(one);
        return markup === null ? missing(reply) : show(reply, markup);
      }),
    form: (path, act) =>
      app.post(`/sandbox/:database/${path}`, (request, reply) => {
        if (!fromOwnPage(request)) return refused(reply);
        const one = siteRequest(request, options);
        const outcome: FormOutcome = one === null ? { kind: "missing" } : act(one);
        if (outcome.kind === "missing") return missing(reply);
        return outcome.kind === "go"
          ? reply.redirect(outcome.to, 303)
          : show(reply.code(422), outcome.markup);
      }),
  };
}

const STYLE = new URL("../style.css", import.meta.url);
