import { type Html, html } from "../../../services/shared/html.ts";
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from "./demo-accounts.ts";

/** Which content these pages may load. No form-action: browsers hold it against the redirect to the console, too. */
export const PAGE_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'";

export const BEGIN_AGAIN = "Ga terug naar Simple-Simon en begin daar opnieuw.";

/** Where people sign in; `uid` names the sign-in that the browser is in. */
export function loginPage(login: { readonly uid: string; readonly hasFailed: boolean }): string {
  return shell(
    "Inloggen",
    html`<h1>Inloggen bij Simple-Simon</h1>
      ${login.hasFailed && html`<p class="notice bad" role="alert">Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar.</p>`}
      <form method="post" class="stack" action="/interaction/${login.uid}">
        <label>Gebruikersnaam <input name="user" autocomplete="username" autofocus required></label>
        <label>Wachtwoord <input name="password" type="password" autocomplete="current-password" required></label>
        <div class="row"><button>Inloggen</button></div>
      </form>
      <h2>Demo-accounts</h2>
      <p class="soft">Het wachtwoord is voor iedereen <code>${DEMO_PASSWORD}</code>.</p>
      <table><tbody>${DEMO_ACCOUNTS.map(
        ({ user, tenant }) =>
          html`<tr><td><code>${user}</code></td><td>${tenant?.name ?? "beheerder van alle klanten"}</td></tr>`,
      )}</tbody></table>`,
  );
}

/** Ends the sign-in by itself (`/sign-out.js`), or at a press of the button. */
export function signOutPage(form: { readonly action: string; readonly xsrf: string }): string {
  return shell(
    "Uitloggen",
    html`<h1>U wordt uitgelogd</h1>
      <form method="post" action="${form.action}" id="sign-out"><input type="hidden" name="xsrf" value="${form.xsrf}">
        <input type="hidden" name="logout" value="yes"><button>Uitloggen</button></form>
      <script src="/sign-out.js" defer></script>`,
  );
}

/** Something is not as it should be; `reason` is the provider's own text, for whoever builds with it. */
export function refusalPage(text: string, reason: string): string {
  return shell(
    "Inloggen niet mogelijk",
    html`<h1>Inloggen niet mogelijk</h1><p class="notice bad">${text}</p><p class="soft small">${reason}</p>`,
  );
}

/** What the sandbox's provider is, for who finds it. */
export function homePage(): string {
  return shell(
    "Inlogdienst",
    html`<h1>Inlogdienst</h1><p>Hier loggen mensen in bij Simple-Simon. Begin in Simple-Simon zelf; u komt dan vanzelf hier.</p>`,
  );
}

function shell(title: string, content: Html): string {
  return String(html`<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Simple-Simon (sandbox)</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><header class="bar"><span class="brand">Simple-Simon</span><span class="where">inloggen, sandbox</span></header>
<main class="narrow"><section class="card">${content}</section></main></body></html>`);
}
