import { type Html, html } from "../../../../services/shared/html.ts";

/** The login page of Multivers Online: portal user and password, Multivers user and password. */
export function loginPage({ query, failed }: { query: URLSearchParams; failed: boolean }): string {
  return shell(
    "Inloggen",
    html`<h1>Inloggen bij Multivers Online</h1>
      <p class="soft">De toepassing <strong>${query.get("client_id")}</strong> vraagt toegang tot uw administratie.</p>
      ${failed && html`<p class="notice bad" role="alert">Deze combinatie van gebruikers en wachtwoorden is niet juist.</p>`}
      <form method="post" class="stack" action="?${query.toString()}">
        <label>Portal-gebruiker <input name="portalUser" autocomplete="username" autofocus></label>
        <label>Portal-wachtwoord <input name="portalPassword" type="password" autocomplete="current-password"></label>
        <label>Multivers-gebruiker <input name="multiversUser" value="SYSTEEM" autocomplete="off"></label>
        <label>Multivers-wachtwoord <input name="multiversPassword" type="password" autocomplete="off"></label>
        <p class="soft small">Het wachtwoord van de gebruiker SYSTEEM is meestal leeg.</p>
        <div class="row"><button>Toegang geven</button><button name="cancel" value="1" class="plain">Annuleren</button></div>
      </form>`,
  );
}

/** Shown when the application that sent the user here can't be trusted. */
export function errorPage(text: string): string {
  return shell(
    "Inloggen niet mogelijk",
    html`<h1>Inloggen niet mogelijk</h1><p class="notice bad">${text}</p>
      <p class="soft">Ga terug naar de toepassing waar u vandaan kwam en neem contact op met de leverancier ervan.</p>`,
  );
}

function shell(title: string, content: Html): string {
  return String(html`<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Multivers (sandbox)</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><header class="bar"><span class="brand">Multivers</span><span class="where">sandbox</span></header>
<main class="narrow"><section class="card">${content}</section></main></body></html>`);
}
