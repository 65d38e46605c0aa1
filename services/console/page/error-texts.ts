import type { RefusalCode } from "../access/refusals.ts";
import { texts } from "./texts.ts";

/** What goes wrong with a request as a whole: title, and what to do. */
export type ErrorCode =
  | RefusalCode
  | "TOO_SLOW"
  | "TOO_LARGE"
  | "ADDRESS_TOO_LONG"
  | "KIND_NOT_TAKEN"
  | "DATABASE_DOWN"
  | "DATABASE_READ_ONLY"
  | "PIPELINE_DOWN"
  | "PROVIDER_DOWN"
  | "UNEXPECTED";

type ShownError = { readonly title: string; readonly text: string };
type ErrorTexts = Readonly<Record<ErrorCode, ShownError>>;

const nl: ErrorTexts = {
  SIGN_IN_FIRST: {
    title: "Log eerst in",
    text: "U bent niet (meer) ingelogd. Log in en ga verder waar u was.",
  },
  SIGN_IN_AGAIN: {
    title: "Log opnieuw in",
    text: "Voor deze handeling vragen wij u opnieuw in te loggen. Er is nog niets gewijzigd: geef de opdracht daarna nog eens.",
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
  CHECKS_BUSY: {
    title: "Unit4 antwoordt traag",
    text: "Er staan al meerdere vragen van uw bedrijf open bij Unit4. Wacht tot die beantwoord zijn en probeer het dan opnieuw.",
  },
  EXPORTS_BUSY: {
    title: "Er loopt al een export",
    text: "Er loopt al een export van u of uw bedrijf, of er lopen er te veel tegelijk. Wacht tot die klaar is en probeer het dan opnieuw.",
  },
  INPUT_INVALID: {
    title: "De invoer klopt niet",
    text: "Een of meer velden zijn niet goed ingevuld. Ga terug, controleer de velden en probeer het opnieuw.",
  },
  TOO_SLOW: {
    title: "Het duurde te lang",
    text: "Het verzoek kwam niet op tijd in zijn geheel binnen en is niet uitgevoerd. Controleer de verbinding en probeer het opnieuw.",
  },
  TOO_LARGE: {
    title: "Te groot",
    text: "Er is meer verstuurd dan we in één keer aannemen; er is niets uitgevoerd. Verstuur het in kleinere delen.",
  },
  ADDRESS_TOO_LONG: {
    title: "Het adres is te lang",
    text: "Dit adres is langer dan een adres van ons kan zijn. Ga terug naar het begin en kies van daaruit opnieuw.",
  },
  KIND_NOT_TAKEN: {
    title: "Deze vorm kennen we niet",
    text: "Wat is verstuurd, is geen formulier van deze website en geen JSON. Programma's sturen JSON, met content-type application/json.",
  },
  KEY_INVALID: {
    title: "Geen geldige sleutel",
    text: "Stuur een geldige sleutel mee: niet verlopen, niet stopgezet en niet stilgezet. Iemand van uw bedrijf maakt die bij Toegang.",
  },
  KEY_SCOPE: {
    title: "Niet toegestaan",
    text: "Deze sleutel mag dit niet. Maak bij Toegang een sleutel die het wel mag.",
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
  DATABASE_READ_ONLY: {
    title: "Opslaan kan nu even niet",
    text: "Er kan op dit moment niets worden opgeslagen, daarom is uw opdracht niet uitgevoerd. Probeer het over enkele minuten opnieuw; bekijken kan gewoon.",
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
const en: ErrorTexts = {
  SIGN_IN_FIRST: {
    title: "Sign in first",
    text: "You are not signed in (any more). Sign in and go on where you were.",
  },
  SIGN_IN_AGAIN: {
    title: "Sign in again",
    text: "For this act we ask you to sign in again. Nothing was changed yet: do it once more afterwards.",
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
  CHECKS_BUSY: {
    title: "Unit4 is slow to answer",
    text: "Several questions of your company are already waiting for an answer from Unit4. Wait until they have been answered, then try again.",
  },
  EXPORTS_BUSY: {
    title: "An export is already running",
    text: "You or your company already have an export running, or there are too many at the moment. Wait until it has finished, then try again.",
  },
  INPUT_INVALID: {
    title: "The input is not right",
    text: "One or more fields are not filled in properly. Go back, check the fields and try again.",
  },
  TOO_SLOW: {
    title: "That took too long",
    text: "The request did not arrive in full in time and was not carried out. Check the connection and try again.",
  },
  TOO_LARGE: {
    title: "Too large",
    text: "More was sent than we take at once; nothing was carried out. Send it in smaller parts.",
  },
  ADDRESS_TOO_LONG: {
    title: "The address is too long",
    text: "This address is longer than any of ours can be. Go back to the start and choose again from there.",
  },
  KIND_NOT_TAKEN: {
    title: "We do not know this form",
    text: "What was sent is neither a form of this website nor JSON. Programs send JSON, with content-type application/json.",
  },
  KEY_INVALID: {
    title: "No valid key",
    text: "Send a valid key along: not expired, not ended and not standing still. Someone of your company makes one under Access.",
  },
  KEY_SCOPE: {
    title: "Not allowed",
    text: "This key may not do that. Make one that may under Access.",
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
  DATABASE_READ_ONLY: {
    title: "Saving is not possible for the moment",
    text: "Nothing can be saved at the moment, so your request was not carried out. Try again in a few minutes; looking works as usual.",
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

export const ERRORS = texts(nl, en);
