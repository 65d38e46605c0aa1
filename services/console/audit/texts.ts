import { texts } from "../page/texts.ts";

type Details = Readonly<Record<string, unknown>>;

/** A member of an act's details as text; a list is joined. */
const of = (details: Details, name: string): string => {
  const value = details[name];
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "object" || value === undefined ? "" : String(value);
};

/** What an act is called, and what of its details is told. */
type ActText = { readonly name: string; readonly about?: (details: Details) => string };

const roleNl = (d: Details): string => (d["role"] === "operator" ? "beheerder" : "gebruiker");

const PARTS_NL: Readonly<Record<string, string>> = {
  customers: "klanten",
  workAddresses: "werkadressen",
  articles: "artikelen",
  workorders: "werkbonnen",
};
const PARTS_EN: Readonly<Record<string, string>> = {
  customers: "customers",
  workAddresses: "work addresses",
  articles: "articles",
  workorders: "workorders",
};
const named = (d: Details, names: Readonly<Record<string, string>>): string => {
  const parts = Array.isArray(d["parts"]) ? d["parts"].map(String) : [];
  return parts.map((part) => names[part] ?? part).join(", ");
};
/** The route without what all of them begin with; views of before have none. */
const page = (d: Details): string =>
  of(d, "page").replace(/^\/tenants\/:tenantId$|^\/tenants\/:tenantId(?=[/.])/, "") || of(d, "page");
/** A long list is cut; the details have all of it. */
const MOST_NAMED = 5;
const workorders = (d: Details): string => {
  const all = Array.isArray(d["workorders"]) ? d["workorders"].map(String) : [];
  const rest = all.length - MOST_NAMED;
  return all.slice(0, MOST_NAMED).join(", ") + (rest > 0 ? ` + ${rest}` : "");
};

const nl = {
  TERMS_ACCEPTED: { name: "Voorwaarden geaccepteerd" },
  SIMON_EMPTIED: { name: "Gegevens in Simple-Simon gewist", about: (d: Details) => named(d, PARTS_NL) },
  CONNECTED: { name: "Gekoppeld aan Unit4" },
  ACTIVATED: { name: "Koppeling aangezet", about: (d: Details) => of(d, "administration") },
  DEACTIVATED: { name: "Koppeling stopgezet" },
  SETTINGS_SAVED: { name: "Instellingen opgeslagen" },
  DELETIONS_CONFIRMED: {
    name: "Verwijderingen doorgelaten",
    about: (d: Details) => (d["entity"] === "article" ? "artikelen" : "klanten"),
  },
  DELETIONS_DISMISSED: {
    name: "Verwijderingen tegengehouden",
    about: (d: Details) => (d["entity"] === "article" ? "artikelen" : "klanten"),
  },
  RESYNC_ASKED: {
    name: "Opnieuw ophalen uit Unit4 gevraagd",
    about: (d: Details) => (d["isFull"] === true ? "alles" : "wijzigingen"),
  },
  WORKORDERS_SENT_AGAIN: { name: "Werkbonnen opnieuw verstuurd", about: workorders },
  WORKORDERS_NOT_SENT_AGAIN: { name: "Opnieuw versturen gevraagd, niets verstuurd", about: workorders },
  WORK_ADDRESSES_MOVED: {
    name: "Werkadressen overgezet naar een andere klant",
    about: (d: Details) => `${of(d, "from")} → ${of(d, "to")} (${of(d, "count")})`,
  },
  TENANT_VIEWED: { name: "Pagina's van de klant bekeken door een beheerder", about: page },
  KEY_MADE: { name: "Sleutel gemaakt", about: (d: Details) => of(d, "name") },
  KEY_ENDED: { name: "Sleutel stopgezet", about: (d: Details) => of(d, "name") },
  KEY_TAKEN_OVER: { name: "Sleutel overgenomen", about: (d: Details) => of(d, "name") },
  USER_INVITED: {
    name: "Gebruiker uitgenodigd",
    about: (d: Details) => `${of(d, "user")} (${roleNl(d)})`,
  },
  USER_CHANGED: {
    name: "Rol of klant van een gebruiker gewijzigd",
    about: (d: Details) => `${of(d, "user")} (nu ${roleNl(d)})`,
  },
  USER_BLOCKED: { name: "Gebruiker geblokkeerd", about: (d: Details) => of(d, "user") },
  USER_UNBLOCKED: { name: "Blokkering opgeheven", about: (d: Details) => of(d, "user") },
  SESSIONS_ENDED: { name: "Zelf overal elders uitgelogd" },
  SIGNED_OUT_BY_PROVIDER: { name: "Uitgelogd door de inlogdienst", about: (d: Details) => of(d, "user") },
  USER_SIGNED_OUT: { name: "Gebruiker overal uitgelogd", about: (d: Details) => of(d, "user") },
  USER_REMOVED: { name: "Gebruiker verwijderd", about: (d: Details) => of(d, "user") },
  TENANT_REMOVAL_ASKED: { name: "Verwijdering van de klant aangevraagd" },
  TENANT_REMOVAL_WITHDRAWN: { name: "Aanvraag tot verwijdering ingetrokken" },
  TENANT_REMOVED: { name: "Klant verwijderd" },
} satisfies Readonly<Record<string, ActText>>;

const en: { readonly [K in keyof typeof nl]: ActText } = {
  TERMS_ACCEPTED: { name: "Terms accepted" },
  SIMON_EMPTIED: { name: "Data in Simple-Simon emptied", about: (d) => named(d, PARTS_EN) },
  CONNECTED: { name: "Connected to Unit4" },
  ACTIVATED: { name: "Integration switched on", about: (d) => of(d, "administration") },
  DEACTIVATED: { name: "Integration switched off" },
  SETTINGS_SAVED: { name: "Settings saved" },
  DELETIONS_CONFIRMED: {
    name: "Deletions let through",
    about: (d) => (d["entity"] === "article" ? "articles" : "customers"),
  },
  DELETIONS_DISMISSED: {
    name: "Deletions held back",
    about: (d) => (d["entity"] === "article" ? "articles" : "customers"),
  },
  RESYNC_ASKED: {
    name: "Fetching from Unit4 again asked for",
    about: (d) => (d["isFull"] === true ? "everything" : "changes"),
  },
  WORKORDERS_SENT_AGAIN: { name: "Workorders sent again", about: workorders },
  WORKORDERS_NOT_SENT_AGAIN: { name: "Sending again asked for, nothing sent", about: workorders },
  WORK_ADDRESSES_MOVED: {
    name: "Work addresses moved to another customer",
    about: (d) => `${of(d, "from")} → ${of(d, "to")} (${of(d, "count")})`,
  },
  TENANT_VIEWED: { name: "Pages of the tenant viewed by an operator", about: page },
  KEY_MADE: { name: "Key made", about: (d) => of(d, "name") },
  KEY_ENDED: { name: "Key ended", about: (d) => of(d, "name") },
  KEY_TAKEN_OVER: { name: "Key taken over", about: (d) => of(d, "name") },
  USER_INVITED: { name: "User invited", about: (d) => `${of(d, "user")} (${of(d, "role")})` },
  USER_CHANGED: {
    name: "Role or tenant of a user changed",
    about: (d) => `${of(d, "user")} (now ${of(d, "role")})`,
  },
  USER_BLOCKED: { name: "User blocked", about: (d) => of(d, "user") },
  USER_UNBLOCKED: { name: "User unblocked", about: (d) => of(d, "user") },
  SESSIONS_ENDED: { name: "Signed out everywhere else by themselves" },
  SIGNED_OUT_BY_PROVIDER: { name: "Signed out by the sign-in service", about: (d) => of(d, "user") },
  USER_SIGNED_OUT: { name: "User signed out everywhere", about: (d) => of(d, "user") },
  USER_REMOVED: { name: "User removed", about: (d) => of(d, "user") },
  TENANT_REMOVAL_ASKED: { name: "Removal of the tenant asked for" },
  TENANT_REMOVAL_WITHDRAWN: { name: "Request for removal withdrawn" },
  TENANT_REMOVED: { name: "Tenant removed" },
};

const ACTS: Readonly<Record<"nl" | "en", Readonly<Record<string, ActText>>>> = { nl, en };

/** Every act that has a text. */
export const KNOWN_ACTS: readonly string[] = Object.keys(nl).sort();

/** What an act is called; one without a text shows itself, never nothing. */
export const actName = (act: string, language: "nl" | "en"): string =>
  Object.hasOwn(nl, act) ? (ACTS[language][act]?.name ?? act) : act;

/** What was done, in words. */
export function actText(act: string, details: Details, language: "nl" | "en"): string {
  const about = Object.hasOwn(nl, act) ? (ACTS[language][act]?.about?.(details) ?? "") : "";
  return about === "" ? actName(act, language) : `${actName(act, language)}: ${about}`;
}

export const AUDIT = texts(
  {
    title: "Handelingen",
    tenantTitle: "Wie deed wat",
    tenant: "Code van de klant",
    by: "Naam van persoon of sleutel",
    kinds: {
      user: "gebruiker",
      operator: "beheerder",
      key: "sleutel",
      service: "eigen programma",
      unknown: "alleen naam bekend",
    },
    only: "Alleen van",
    act: "Handeling",
    all: "alle",
    from: "Vanaf",
    to: "Tot en met",
    show: "Tonen",
    clear: "Wis filters",
    none: "Er is niets gedaan dat aan deze keuze voldoet.",
    list: "Handelingen, de nieuwste eerst",
    at: "Wanneer",
    who: "Wie",
    where: "Klant",
    what: "Wat",
    details: "Bijzonderheden",
    newest: "Nieuwste",
    older: "Ouder",
    pages: "Bladeren",
  },
  {
    title: "Audit log",
    tenantTitle: "Who did what",
    tenant: "Code of the tenant",
    by: "Name of person or key",
    kinds: {
      user: "user",
      operator: "operator",
      key: "key",
      service: "own program",
      unknown: "only the name is known",
    },
    only: "Only of",
    act: "Act",
    all: "all",
    from: "From",
    to: "Up to and including",
    show: "Show",
    clear: "Clear filters",
    none: "Nothing was done that matches this choice.",
    list: "Acts, the newest first",
    at: "When",
    who: "Who",
    where: "Tenant",
    what: "What",
    details: "Details",
    newest: "Newest",
    older: "Older",
    pages: "Pages",
  },
);
