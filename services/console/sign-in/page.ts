import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { type Page, page } from "../page/page.ts";
import { texts } from "../page/texts.ts";

const SIGN_IN = texts(
  {
    title: "Inloggen",
    intro:
      "Hier koppelt u Simple-Simon aan Unit4 Multivers: klanten en artikelen komen vanzelf over, en gearchiveerde werkbonnen staan binnen enkele seconden als order in Unit4.",
    button: "Inloggen",
    note: "U logt in met uw account van Simple-Simon.",
    again: "Log opnieuw in",
    againWhy:
      "U bent al langer ingelogd. Voor deze handeling vragen wij u opnieuw te laten zien wie u bent. Er is nog niets gewijzigd: daarna komt u terug op de pagina en geeft u de opdracht nog eens.",
    againButton: "Opnieuw inloggen",
    back: "Toch niet",
  },
  {
    title: "Sign in",
    intro:
      "This is where you connect Simple-Simon to Unit4 Multivers: customers and articles come over by themselves, and archived workorders are orders in Unit4 within seconds.",
    button: "Sign in",
    note: "You sign in with your Simple-Simon account.",
    again: "Sign in again",
    againWhy:
      "You signed in a while ago. For this act we ask you to show again who you are. Nothing was changed yet: afterwards you are back on the page and do it once more.",
    againButton: "Sign in again",
    back: "Go back",
  },
);

/** Where people begin. @param returnTo path of our own that they wanted */
export function signInPage(language: Language, returnTo: string): Html {
  const t = SIGN_IN[language];
  const target =
    returnTo === "/" ? "/sign-in/start" : `/sign-in/start?return=${encodeURIComponent(returnTo)}`;
  const path = returnTo === "/" ? "/sign-in" : `/sign-in?return=${encodeURIComponent(returnTo)}`;
  return page({
    title: t.title,
    language,
    path,
    content: html`<section class="card narrow"><h1>${t.title}</h1><p>${t.intro}</p>
<p><a class="button" href="${target}">${t.button}</a></p><p class="soft">${t.note}</p></section>`,
  });
}

/** Before what weighs most. @param returnTo path of our own that they came from */
export function signInAgainPage(head: Pick<Page, "language" | "session" | "path">, returnTo: string): Html {
  const t = SIGN_IN[head.language];
  const target = `/sign-in/start?again=1&return=${encodeURIComponent(returnTo)}`;
  return page({
    ...head,
    title: t.again,
    content: html`<section class="card narrow"><h1>${t.again}</h1><p>${t.againWhy}</p>
<p><a class="button" href="${target}">${t.againButton}</a> <a href="${returnTo}">${t.back}</a></p></section>`,
  });
}
