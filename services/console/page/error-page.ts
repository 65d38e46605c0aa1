import type { FastifyRequest } from "fastify";
import { type Html, html } from "../../shared/html.ts";
import { page } from "./page.ts";
import { texts } from "./texts.ts";

const ERROR_PAGE = texts(
  { start: "Naar het begin", number: "Nummer" },
  { start: "To the start", number: "Number" },
);

/** A page that says what went wrong and what to do; needs nothing that could be down. */
export function errorPage(shown: {
  readonly request: FastifyRequest;
  readonly text: { readonly title: string; readonly text: string };
  /** To be given to the help desk; null where there is nothing to look up. */
  readonly number: string | null;
}): Html {
  const { request, text, number } = shown;
  const language = request.visit?.language ?? "nl";
  const t = ERROR_PAGE[language];
  return page({
    title: text.title,
    language,
    path: "/",
    session: request.visit?.session ?? null,
    content: html`<section class="card narrow" role="alert"><h1>${text.title}</h1><p>${text.text}</p>
${number !== null && html`<p class="soft">${t.number}: ${number}</p>`}
<p><a class="button plain" href="/">${t.start}</a></p></section>`,
  });
}
