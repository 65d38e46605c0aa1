import type { FastifyReply, FastifyRequest } from "fastify";
import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import type { Session } from "../access/session-store.ts";
import { assetPath } from "./assets.ts";
import { LAYOUT } from "./layout-texts.ts";

/** The tenant whose pages are shown. */
export type PageTenant = {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly tenantStatus: string;
};

export type Page = {
  readonly title: string;
  readonly language: Language;
  readonly content: Html;
  /** null where nobody signed in. */
  readonly session?: Session | null;
  readonly tenant?: PageTenant;
  /** The page's own path, for the menu and for choosing a language. */
  readonly path: string;
  /** Whether Kafka answers; a banner says so where it does not. */
  readonly isPipelineUp?: boolean;
  /** Whether Unit4 fails for many tenants at once; a banner says so to each of them. */
  readonly isUnit4Down?: boolean;
};

/** Sends a page or a piece of one. */
export function show(reply: FastifyReply, markup: Html): FastifyReply {
  return reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(markup.toString());
}

/** What a page takes from its request. */
export const pageHead = ({ visit, url }: FastifyRequest): Pick<Page, "language" | "session" | "path"> => ({
  language: visit.language,
  session: visit.session,
  path: url,
});

/** A whole page: head, menu, banner and content. */
export function page(page: Page): Html {
  const { language, title, session = null, tenant } = page;
  const t = LAYOUT[language];
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${tenant === undefined ? t.product : tenant.tenantName}</title>
<link rel="icon" type="image/svg+xml" href="${assetPath("icon.svg")}"><link rel="stylesheet" href="${assetPath("style.css")}">
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"defaultSettleDelay":0,"allowEval":false,"historyCacheSize":0}'>
<script src="${assetPath("htmx.js")}" defer></script><script src="${assetPath("sse.js")}" defer></script>
<script src="${assetPath("console.js")}" defer></script></head>
<body${session !== null && html` hx-headers='{"x-csrf-token":"${session.csrfToken}"}'`}>
<a class="skip" href="#content">${t.skip}</a>
<header class="bar"><a class="brand" href="/">${t.product}</a>
${tenant !== undefined && html`<span class="where">${tenant.tenantName}</span>`}
<div class="tools">${languageForm(page)}${session !== null && personPart(session, language)}</div></header>
${menu(page)}
<main id="content" tabindex="-1">
${page.isPipelineUp === false && html`<p class="notice warning" role="status">${t.pipelineDown}</p>`}
${page.isUnit4Down === true && html`<p class="notice info" role="status">${t.unit4Down}</p>`}
<div id="notices" aria-live="polite"></div>
${page.content}</main></body></html>`;
}

/** The hidden field that every form that changes something carries. */
export const csrfField = (session: Session | null): Html =>
  html`<input type="hidden" name="csrf" value="${session?.csrfToken ?? ""}">`;

function languageForm({ language, session = null, path }: Page): Html {
  const t = LAYOUT[language];
  return html`<form method="post" action="/language">${csrfField(session)}<input type="hidden" name="return" value="${path}">
<button class="link" name="language" value="${t.languageCode}" lang="${t.languageCode}">${t.language}</button></form>`;
}

function personPart(session: Session, language: Language): Html {
  const t = LAYOUT[language];
  return html`<span class="person"><span class="hidden">${t.signedInAs}</span> <a href="/account/sessions">${session.name}</a>${session.role === "operator" && ` (${t.operator})`}</span>
<form method="post" action="/sign-out">${csrfField(session)}<button class="link">${t.signOut}</button></form>`;
}

function menu({ language, session = null, tenant, path }: Page): Html | null {
  if (session === null) return null;
  const t = LAYOUT[language];
  const root = tenant === undefined ? "" : `/tenants/${tenant.tenantId}`;
  const ofTenant: readonly (readonly [string, string])[] =
    tenant === undefined
      ? []
      : [
          [root, t.status],
          ...(tenant.tenantStatus === "active" ? [] : ([[`${root}/activation`, t.activation]] as const)),
          [`${root}/workorders`, t.workorders],
          [`${root}/log`, t.log],
          [`${root}/settings`, t.settings],
          [`${root}/keys`, t.keys],
        ];
  const ofOperator: readonly (readonly [string, string])[] =
    session.role === "operator"
      ? [
          ["/operator", t.tenants],
          ["/operator/users", t.users],
          ["/operator/audit", t.audit],
        ]
      : [];
  const here = path.split("?")[0] ?? "";
  const link = ([target, text]: readonly [string, string]): Html => {
    const isHere =
      here === target || (target !== root && target !== "/operator" && here.startsWith(`${target}/`));
    return html`<li><a href="${target}"${isHere && html` aria-current="page"`}>${text}</a></li>`;
  };
  return html`<nav class="menu" aria-label="${t.menu}"><ul>${ofOperator.map(link)}</ul><ul>${ofTenant.map(link)}</ul></nav>`;
}
