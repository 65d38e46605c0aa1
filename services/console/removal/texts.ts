import { texts } from "../page/texts.ts";

/** Texts of the operators' page about removing tenants. */
export const REMOVAL = texts(
  {
    title: "Klanten verwijderen",
    about:
      "Een verwijderde klant wordt uitgezet, alles in Simple-Simon wordt gewist, en ook de gebruikers, sleutels, koppeling en instellingen gaan weg. Dat is niet terug te draaien. Daarom vraagt de ene beheerder het aan en bevestigt een andere het.",
    tenant: "Klant",
    tenantCode: "Code van de klant",
    ask: "Verwijdering aanvragen",
    asked: "Aangevraagd",
    by: "door",
    state: "Stand",
    none: "Er is geen klant verwijderd en er staat niets klaar.",
    list: "Aanvragen en verwijderde klanten",
    states: {
      waiting: "wacht op een tweede beheerder",
      running: "wordt verwijderd",
      finished: "verwijderd",
    },
    own: "U hebt dit zelf aangevraagd; een andere beheerder bevestigt het.",
    confirm: "Definitief verwijderen",
    confirmSure: "Weet u het zeker? Alles van deze klant wordt gewist en komt niet terug.",
    withdraw: "Aanvraag intrekken",
    refused: {
      "unknown-tenant": "Er is geen klant met deze code. Controleer de code in de lijst met klanten.",
      "asked-already": "De verwijdering van deze klant is al aangevraagd; kijk in de lijst.",
      "not-asked": "Deze aanvraag is er niet meer. Ververs de pagina.",
      "confirmed-already": "Deze klant wordt al verwijderd.",
      "same-person": "U hebt het zelf aangevraagd. Laat een andere beheerder het bevestigen.",
    },
  },
  {
    title: "Removing tenants",
    about:
      "A tenant that is removed is switched off, everything in Simple-Simon is erased, and its users, keys, connection and settings go too. There is no way back. That is why one operator asks for it and another one confirms it.",
    tenant: "Tenant",
    tenantCode: "Code of the tenant",
    ask: "Ask for removal",
    asked: "Asked for",
    by: "by",
    state: "State",
    none: "No tenant was removed, and none is waiting to be.",
    list: "Requests and removed tenants",
    states: {
      waiting: "waits for a second operator",
      running: "is being removed",
      finished: "removed",
    },
    own: "You asked for this yourself; another operator confirms it.",
    confirm: "Remove for good",
    confirmSure: "Are you sure? Everything of this tenant will be erased and does not come back.",
    withdraw: "Withdraw the request",
    refused: {
      "unknown-tenant": "There is no tenant with this code. Check the code in the list of tenants.",
      "asked-already": "The removal of this tenant was asked for already; see the list.",
      "not-asked": "This request is not there any more. Refresh the page.",
      "confirmed-already": "This tenant is being removed already.",
      "same-person": "You asked for it yourself. Let another operator confirm it.",
    },
  },
);
