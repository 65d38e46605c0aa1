import { texts } from "./texts.ts";

export const LAYOUT = texts(
  {
    product: "Simple-Simon en Unit4",
    skip: "Direct naar de inhoud",
    menu: "Hoofdmenu",
    status: "Status",
    activation: "Activeren",
    workorders: "Werkbonnen",
    log: "Logging",
    settings: "Instellingen",
    keys: "Toegang",
    tenants: "Klanten",
    users: "Gebruikers",
    audit: "Handelingen",
    signOut: "Uitloggen",
    signedInAs: "Ingelogd als",
    operator: "beheerder",
    language: "English",
    languageCode: "en",
    pipelineDown:
      "De verwerking ligt op dit moment stil; wij werken eraan. Alles wat u hier ziet blijft bewaard, en wat wacht gaat daarna vanzelf door. Versturen en wissen kan zolang niet.",
    unit4Down:
      "Unit4 is op dit moment slecht bereikbaar, bij veel bedrijven tegelijk. Uw gegevens wachten veilig en gaan straks vanzelf verder; u hoeft niets te doen.",
  },
  {
    product: "Simple-Simon and Unit4",
    skip: "Skip to content",
    menu: "Main menu",
    status: "Status",
    activation: "Activate",
    workorders: "Workorders",
    log: "Logging",
    settings: "Settings",
    keys: "Access",
    tenants: "Tenants",
    users: "Users",
    audit: "Audit log",
    signOut: "Sign out",
    signedInAs: "Signed in as",
    operator: "operator",
    language: "Nederlands",
    languageCode: "nl",
    pipelineDown:
      "Processing has stopped for the moment; we are working on it. Everything you see here is kept, and what waits goes on by itself afterwards. Sending and emptying are not possible until then.",
    unit4Down:
      "Unit4 is hard to reach at the moment, for many companies at once. Your data wait safely and go on by themselves; there is nothing for you to do.",
  },
);
