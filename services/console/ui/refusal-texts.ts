import type { RefusalCode } from "../access/refusals.ts";
import { texts } from "../page/texts.ts";

/** What goes wrong with a request as a whole: title, and what to do. */
export type TroubleCode = RefusalCode | "DATABASE_DOWN" | "PIPELINE_DOWN" | "PROVIDER_DOWN" | "UNEXPECTED";

type Trouble = { readonly title: string; readonly text: string };
type Troubles = Readonly<Record<TroubleCode, Trouble>>;

const nl: Troubles = {
  SIGN_IN_FIRST: {
    title: "Log eerst in",
    text: "U bent niet (meer) ingelogd. Log in en ga verder waar u was.",
  },
  NOT_FOUND: {
    title: "Niet gevonden",
    text: "Deze pagina bestaat niet, of u hebt er geen toegang toe. Controleer het adres of ga terug naar het begin.",
  },
  FORM_TOO_OLD: {
    title: "De pagina is verlopen",
    text: "Deze pagina stond te lang open of hoort bij een eerdere aanmelding. Ga terug, vernieuw de pagina en probeer het opnieuw; er is niets gewijzigd.",
  },
  FOREIGN_SITE: {
    title: "Niet uitgevoerd",
    text: "Deze opdracht kwam van een andere website en is daarom niet uitgevoerd. Geef de opdracht hier op de pagina zelf.",
  },
  TOO_MANY_REQUESTS: {
    title: "Even wachten",
    text: "Er kwamen in korte tijd te veel verzoeken binnen. Wacht een minuut en probeer het opnieuw.",
  },
  INPUT_INVALID: {
    title: "De invoer klopt niet",
    text: "Een of meer velden zijn niet goed ingevuld. Ga terug, controleer de velden en probeer het opnieuw.",
  },
  KEY_INVALID: {
    title: "Geen geldige sleutel",
    text: "Stuur een geldige sleutel mee; een beheerder van uw bedrijf maakt die bij Toegang.",
  },
  SIGN_IN_FAILED: {
    title: "Inloggen is niet gelukt",
    text: "De aanmelding is afgebroken, verlopen of al gebruikt. Begin opnieuw met inloggen.",
  },
  NOBODY_KNOWS_YOU: {
    title: "Geen toegang",
    text: "Uw account is bij ons niet bekend. Vraag de beheerder van Simple-Simon om u uit te nodigen met dit e-mailadres.",
  },
  ACCOUNT_BLOCKED: {
    title: "Geen toegang",
    text: "Uw account is geblokkeerd. Neem contact op met de helpdesk van Simple-Simon.",
  },
  DATABASE_DOWN: {
    title: "Even niet beschikbaar",
    text: "Onze gegevens zijn op dit moment niet bereikbaar. Er gaat niets verloren. Probeer het over een minuut opnieuw.",
  },
  PIPELINE_DOWN: {
    title: "Dit kan nu even niet",
    text: "De verwerking ligt op dit moment stil, daarom is uw opdracht niet uitgevoerd. Probeer het over enkele minuten opnieuw; bekijken kan gewoon.",
  },
  PROVIDER_DOWN: {
    title: "Inloggen kan nu even niet",
    text: "De inlogdienst van Simple-Simon antwoordt niet. Probeer het over een minuut opnieuw.",
  },
  UNEXPECTED: {
    title: "Er ging iets mis",
    text: "Dit ligt aan ons en is genoteerd. Probeer het opnieuw; blijft het misgaan, geef dan het nummer hieronder door aan de helpdesk.",
  },
};
const en: Troubles = {
  SIGN_IN_FIRST: {
    title: "Sign in first",
    text: "You are not signed in (any more). Sign in and go on where you were.",
  },
  NOT_FOUND: {
    title: "Not found",
    text: "This page does not exist, or you have no access to it. Check the address or go back to the start.",
  },
  FORM_TOO_OLD: {
    title: "The page has expired",
    text: "This page was open too long or belongs to an earlier sign-in. Go back, reload the page and try again; nothing was changed.",
  },
  FOREIGN_SITE: {
    title: "Not done",
    text: "This request came from another website and was therefore not carried out. Do it on the page itself.",
  },
  TOO_MANY_REQUESTS: {
    title: "One moment",
    text: "Too many requests came in a short time. Wait a minute and try again.",
  },
  INPUT_INVALID: {
    title: "The input is not right",
    text: "One or more fields are not filled in properly. Go back, check the fields and try again.",
  },
  KEY_INVALID: {
    title: "No valid key",
    text: "Send a valid key along; someone of your company makes one under Access.",
  },
  SIGN_IN_FAILED: {
    title: "Signing in failed",
    text: "The sign-in was broken off, has expired or was used already. Begin again.",
  },
  NOBODY_KNOWS_YOU: {
    title: "No access",
    text: "We do not know your account. Ask the operator of Simple-Simon to invite you with this e-mail address.",
  },
  ACCOUNT_BLOCKED: {
    title: "No access",
    text: "Your account is blocked. Please contact the Simple-Simon help desk.",
  },
  DATABASE_DOWN: {
    title: "Not available for the moment",
    text: "Our data cannot be reached at the moment. Nothing is lost. Try again in a minute.",
  },
  PIPELINE_DOWN: {
    title: "Not possible for the moment",
    text: "Processing has stopped for the moment, so your request was not carried out. Try again in a few minutes; looking works as usual.",
  },
  PROVIDER_DOWN: {
    title: "Signing in is not possible for the moment",
    text: "The sign-in service of Simple-Simon does not answer. Try again in a minute.",
  },
  UNEXPECTED: {
    title: "Something went wrong",
    text: "This is our fault and has been noted. Try again; if it keeps failing, give the number below to the help desk.",
  },
};

export const TROUBLES = texts(nl, en);
