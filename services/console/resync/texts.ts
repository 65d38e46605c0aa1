import type { ResyncedList } from "../../shared/operations/domain/resync-report.ts";
import { texts } from "../page/texts.ts";

type Why = NonNullable<ResyncedList["why"]>;

const WHY_NL: Readonly<Record<Why, string>> = {
  queued: "wacht op zijn beurt",
  polite: "wacht even, om Unit4 niet te zwaar te belasten",
  parked: "wacht, omdat Unit4 daarom vraagt",
  failing: "wacht tot Unit4 weer antwoordt",
  "unknown-tenant": "niet opgehaald",
  inactive: "niet opgehaald: de integratie staat uit",
  "not-connected": "niet opgehaald: er is geen koppeling met Unit4",
};
const WHY_EN: Readonly<Record<Why, string>> = {
  queued: "waiting for its turn",
  polite: "waiting a moment, to go easy on Unit4",
  parked: "waiting, as Unit4 asks for it",
  failing: "waiting until Unit4 answers again",
  "unknown-tenant": "not fetched",
  inactive: "not fetched: the integration is off",
  "not-connected": "not fetched: there is no connection with Unit4",
};

export const RESYNC_TEXTS = texts(
  {
    title: "Opnieuw ophalen uit Unit4",
    help: "Normaal gaat dit vanzelf. Mist u iets in Simon, haal dan eerst de wijzigingen op; helpt dat niet, haal dan alles opnieuw op.",
    changes: "Wijzigingen laden",
    everything: "Alles laden",
    everythingSure:
      "Alle klanten en artikelen worden opnieuw uit Unit4 opgehaald. Dat kan bij grote administraties even duren. Doorgaan?",
    customer: "Klanten",
    article: "Artikelen",
    under: { changes: "Wijzigingen worden geladen", everything: "Alles wordt geladen" },
    paused: "Onze beheerders hebben dit even stilgezet.",
    waiting: "wacht op zijn beurt",
    of: "van",
    done: "klaar",
    told: (count: string) => `${count} bijgewerkt`,
    incomplete: "niet tot het einde gelezen",
    why: WHY_NL,
    last: { changes: "Wijzigingen geladen", everything: "Alles geladen" },
    drift: "Simon en Unit4 komen niet overeen:",
    differs: (list: string, missing: string, extra: string) =>
      `${list}: ${missing} ontbreken in Simon, ${extra} staan niet meer in Unit4`,
    driftHelp: "Laad alles om dit te herstellen.",
    failed:
      "De laatste keer is het niet gelukt. Probeer het nog eens; lukt het dan weer niet, neem dan contact met ons op.",
    cancelled: "De laatste keer is het door onze beheerders gestopt.",
  },
  {
    title: "Fetch from Unit4 again",
    help: "This normally goes by itself. If something is missing in Simon, load the changes first; if that does not help, load everything again.",
    changes: "Load changes",
    everything: "Load everything",
    everythingSure:
      "All customers and articles are fetched from Unit4 again. With a large administration this may take a while. Go on?",
    customer: "Customers",
    article: "Articles",
    under: { changes: "Changes are being loaded", everything: "Everything is being loaded" },
    paused: "Our operators have halted this for a moment.",
    waiting: "waiting for its turn",
    of: "of",
    done: "done",
    told: (count: string) => `${count} updated`,
    incomplete: "not read to its end",
    why: WHY_EN,
    last: { changes: "Changes loaded", everything: "Everything loaded" },
    drift: "Simon and Unit4 do not agree:",
    differs: (list: string, missing: string, extra: string) =>
      `${list}: ${missing} are missing in Simon, ${extra} are no longer in Unit4`,
    driftHelp: "Load everything to set this right.",
    failed: "It did not work the last time. Try again; if it fails once more, get in touch with us.",
    cancelled: "Our operators stopped it the last time.",
  },
);
