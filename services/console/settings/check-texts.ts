import type { Language } from "../../shared/domain/message-catalogue.ts";
import { texts } from "../page/texts.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import type { CheckCode, FieldCheck } from "./domain/settings-draft.ts";

type CheckTexts = Readonly<Record<CheckCode, string>>;

const nl: CheckTexts = {
  ADMINISTRATION_OK: "{name} ({administration}) is te gebruiken.",
  ADMINISTRATION_MISSING: "Kies een administratie.",
  ADMINISTRATION_UNKNOWN:
    "Deze login mag administratie {administration} niet gebruiken. Kies een andere, of koppel opnieuw met een gebruiker die er rechten op heeft.",
  ADMINISTRATION_TAKEN:
    "{name} ({administration}) is al aan een ander bedrijf gekoppeld. Kies een andere administratie, of laat die koppeling eerst deactiveren.",
  ADMINISTRATION_FIXED:
    "De administratie staat vast zolang de integratie aan is. Deactiveer eerst de integratie om een andere te kiezen.",
  ADMINISTRATION_FIRST: "Kies eerst een administratie.",
  ARTICLE_OK: "{id} – {name}, actief in Unit4.",
  ARTICLE_NOT_USED: "Wordt niet gebruikt.",
  ARTICLE_UNKNOWN: "Artikel {id} bestaat niet in Unit4. Neem de artikelcode precies over.",
  ARTICLE_PASSIVE:
    "Artikel {id} ({name}) is in Unit4 niet actief. Kies een ander artikel of zet het in Unit4 op actief.",
  ARTICLE_EXPIRING: "{id} – {name}, in Unit4 aflopend: het is nog te gebruiken.",
  ARTICLE_IS_TEXT:
    "Artikel {id} ({name}) is een tekstartikel en kan geen aantal hebben. Kies een ander artikel.",
  GROUPS_ALL: "Alle artikelgroepen komen over.",
  ARTICLE_COARSE_HOURS:
    "{id} – {name} heeft in Unit4 {decimals} decimalen in het aantal: kwartieren kunnen er niet precies op worden geboekt. Zet er in Unit4 twee, of kies een ander artikel.",
  GROUPS_OK: "Deze groepen staan zo in Unit4: {names}.",
  GROUP_UNKNOWN: "Groep “{name}” bestaat niet in Unit4. Neem de naam precies over; hoofdletters tellen mee.",
  GROUP_NEARLY: "U typte “{name}”; in Unit4 heet de groep “{near}”. Neem die naam precies over.",
  TYPES_OK: "{count} soorten gekozen.",
  TYPES_NONE: "Kies ten minste één soort, anders komt er geen artikel over.",
  TYPES_UNKNOWN: "Soort {type} bestaat niet. Kies alleen uit de lijst.",
  TYPES_NOTHING_OVER:
    "Met deze groepen en soorten samen komt er geen enkel artikel over. Kies meer groepen of meer soorten.",
  CHOICE_OK: "In orde.",
  FILTER_NONE: "Alle werkbonnen worden verstuurd.",
  FILTER_OK: "Werkbonnen met “{word}” in de werkomschrijving worden niet verstuurd.",
  FILTER_TOO_LONG: "Gebruik hoogstens {most} tekens.",
  MEMO_OK: "{title} ({key}) staat op de verkooporders.",
  MEMO_NOT_USED: "De opmerkingen komen als tekstregels op de order.",
  MEMO_UNKNOWN:
    "Memoveld {key} staat niet op de verkooporders in Unit4. Kies een ander veld of laat het leeg.",
  CONNECTION_MISSING:
    "Niet gecontroleerd: de koppeling met Unit4 werkt niet (meer). Koppel opnieuw en controleer dan nog eens.",
  CLIENT_REFUSED:
    "Niet gecontroleerd: Unit4 weigert onze toegang als leverancier. Dat ligt niet aan u; onze beheerders zijn gewaarschuwd. Probeer het later opnieuw.",
  NO_RIGHTS:
    "Niet gecontroleerd: de gebruiker van de koppeling heeft hier geen rechten op. Geef die in Unit4, of koppel opnieuw met een andere gebruiker.",
  UNIT4_BUSY: "Niet gecontroleerd: Unit4 vraagt om te wachten tot {until}. Probeer het daarna opnieuw.",
  UNIT4_AWAY: "Niet gecontroleerd: Unit4 antwoordt nu niet ({reason}). Probeer het zo opnieuw.",
};

const en: CheckTexts = {
  ADMINISTRATION_OK: "{name} ({administration}) can be used.",
  ADMINISTRATION_MISSING: "Choose an administration.",
  ADMINISTRATION_UNKNOWN:
    "This login may not use administration {administration}. Choose another, or connect again as a user who has rights on it.",
  ADMINISTRATION_TAKEN:
    "{name} ({administration}) is connected to another company already. Choose another administration, or have that connection deactivated first.",
  ADMINISTRATION_FIXED:
    "The administration is fixed while the integration is on. Deactivate the integration first to choose another.",
  ADMINISTRATION_FIRST: "Choose an administration first.",
  ARTICLE_OK: "{id} – {name}, active in Unit4.",
  ARTICLE_NOT_USED: "Not used.",
  ARTICLE_UNKNOWN: "Article {id} does not exist in Unit4. Copy the article code exactly.",
  ARTICLE_PASSIVE:
    "Article {id} ({name}) is not active in Unit4. Choose another article or make it active in Unit4.",
  ARTICLE_EXPIRING: "{id} – {name}, expiring in Unit4: it can still be used.",
  ARTICLE_IS_TEXT:
    "Article {id} ({name}) is a text article and cannot have a quantity. Choose another article.",
  GROUPS_ALL: "All article groups come over.",
  ARTICLE_COARSE_HOURS:
    "{id} – {name} has {decimals} decimals in its quantity in Unit4: quarters of an hour cannot be booked on it exactly. Set two in Unit4, or choose another article.",
  GROUPS_OK: "These groups stand in Unit4 like this: {names}.",
  GROUP_UNKNOWN: "Group “{name}” does not exist in Unit4. Copy the name exactly; capitals count.",
  GROUP_NEARLY: "You typed “{name}”; in Unit4 the group is called “{near}”. Copy that name exactly.",
  TYPES_OK: "{count} types chosen.",
  TYPES_NONE: "Choose at least one type, or no article comes over.",
  TYPES_UNKNOWN: "Type {type} does not exist. Choose from the list only.",
  TYPES_NOTHING_OVER:
    "With these groups and types together no article comes over at all. Choose more groups or more types.",
  CHOICE_OK: "Fine.",
  FILTER_NONE: "All workorders are sent.",
  FILTER_OK: "Workorders with “{word}” in the work description are not sent.",
  FILTER_TOO_LONG: "Use at most {most} characters.",
  MEMO_OK: "{title} ({key}) is on the sales orders.",
  MEMO_NOT_USED: "The remarks become text lines of the order.",
  MEMO_UNKNOWN:
    "Memo field {key} is not on the sales orders in Unit4. Choose another field or leave it empty.",
  CONNECTION_MISSING:
    "Not checked: the connection with Unit4 does not work (any more). Connect again, then check once more.",
  CLIENT_REFUSED:
    "Not checked: Unit4 refuses our access as a vendor. You are not the cause; our operators have been warned. Try again later.",
  NO_RIGHTS:
    "Not checked: the user of the connection has no rights here. Give them in Unit4, or connect again as another user.",
  UNIT4_BUSY: "Not checked: Unit4 asks to wait until {until}. Try again after that.",
  UNIT4_AWAY: "Not checked: Unit4 does not answer now ({reason}). Try again in a moment.",
};

const CHECKS = texts(nl, en);

/** What a check found, in words. */
export function checkText(
  { code, params }: Pick<FieldCheck, "code"> & { readonly params: Readonly<Record<string, string>> },
  language: Language,
): string {
  const until = Number(params["until"]);
  const shown =
    code === "UNIT4_BUSY" && until > 0 ? { ...params, until: shownTime(until, language) } : params;
  return CHECKS[language][code].replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(shown, name) ? (shown[name] ?? "") : "",
  );
}
