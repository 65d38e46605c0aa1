import type { Language } from "../../shared/domain/message-catalogue.ts";
import { texts } from "../page/texts.ts";
import { shownClock, shownCount, shownDate, shownSpan } from "../parts/domain/local-time.ts";
import type { Standing, Stretch, Verdict } from "./domain/verdict.ts";

type Said = Standing & { readonly lastWrittenAt: Date | null; readonly nowMs: number };
type StandingTexts = {
  readonly sentence: Readonly<Record<Verdict, (said: Said) => string>>;
  readonly helps: Readonly<Record<Verdict, string>>;
  readonly stretches: Readonly<Record<Stretch, string>>;
  readonly way: string;
  readonly toSimon: string;
  readonly toUnit4: string;
};

const count = (number: number, language: Language, [one, more]: readonly [string, string]): string =>
  `${shownCount(number, language)} ${number === 1 ? one : more}`;

const since = (at: Date | null, { nowMs }: Said, language: Language): string =>
  at === null ? "" : ` ${language === "nl" ? "sinds" : "since"} ${shownClock(at, nowMs, language)}`;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** `3 min geleden`, and after a day `op 28 november`: nobody counts back 72 hours. */
function lately(at: Date, nowMs: number, language: Language): string {
  const ms = Math.max(0, nowMs - at.getTime());
  if (ms < DAY_MS) return `${shownSpan(ms, language)} ${language === "nl" ? "geleden" : "ago"}`;
  return `${language === "nl" ? "op" : "on"} ${shownDate(at, nowMs, language)}`;
}

/** "; 2 orders wachten", or nothing. */
const waitingNl = ({ waiting }: Said): string =>
  waiting === 0 ? "" : `; ${count(waiting, "nl", ["order wacht", "orders wachten"])}`;
const waitingEn = ({ waiting }: Said): string =>
  waiting === 0 ? "" : `; ${count(waiting, "en", ["order waits", "orders wait"])}`;

const NL: StandingTexts = {
  sentence: {
    never: () =>
      "De integratie is nog niet geactiveerd. Activeren kost ongeveer vijf minuten; u hebt uw inloggegevens van Unit4 nodig.",
    off: () =>
      "De integratie staat uit: er wordt niets opgehaald en niets verstuurd. U kunt de integratie op elk moment weer aanzetten.",
    unconnected: () => "Er is nog geen koppeling met Unit4.",
    revoked: (said) =>
      `Unit4 vraagt opnieuw om toestemming${waitingNl(said)}. Daarna gaat alles vanzelf verder.`,
    "client-refused": (said) =>
      `Unit4 weigert onze toegang als leverancier${waitingNl(said)}. Onze beheerders zijn gewaarschuwd; u hoeft niets te doen.`,
    rests: (said) =>
      `Unit4 vraagt ons te wachten tot ${shownClock(said.parkedUntil ?? said.nowMs, said.nowMs, "nl")}${waitingNl(said)}; u hoeft niets te doen.`,
    falters: (said) =>
      `Unit4 hapert${since(said.failingSince, said, "nl")}${waitingNl(said)}; u hoeft niets te doen.`,
    asks: () => "Alles loopt, maar in Unit4 ontbreken gegevens: er wordt niets verwijderd tot u beslist.",
    loading: () => "Klanten en artikelen worden voor de eerste keer opgehaald; dat kan even duren.",
    slow: (said) =>
      `${count(said.waiting, "nl", ["order wacht", "orders wachten"])}${since(said.oldestAt, said, "nl")}; we blijven het proberen, u hoeft niets te doen.`,
    errors: ({ errors }) =>
      `De koppeling loopt; ${count(errors, "nl", ["fout vraagt", "fouten vragen"])} uw aandacht.`,
    fine: ({ lastWrittenAt, nowMs }) =>
      lastWrittenAt === null
        ? "Alles loopt; er is nog geen order geschreven."
        : `Alles loopt; laatste order ${lately(lastWrittenAt, nowMs, "nl")}.`,
  },
  helps: {
    never: "Start activatie",
    off: "Opnieuw activeren",
    unconnected: "Koppel",
    revoked: "Opnieuw koppelen",
    "client-refused": "",
    rests: "",
    falters: "",
    asks: "Bekijk en beslis",
    loading: "",
    slow: "",
    errors: "Bekijk de fouten",
    fine: "",
  },
  stretches: {
    off: "staat uit",
    stands: "staat stil",
    rests: "wacht op Unit4",
    falters: "hapert",
    asks: "wacht op u",
    loading: "haalt op",
    slow: "loopt achter",
    runs: "loopt",
  },
  way: "De weg van uw gegevens",
  toSimon: "klanten en artikelen",
  toUnit4: "orders",
};

const EN: StandingTexts = {
  sentence: {
    never: () =>
      "The integration was not activated yet. Activating takes about five minutes; you need your Unit4 login.",
    off: () =>
      "The integration is off: nothing is fetched and nothing is sent. You can switch it on again at any time.",
    unconnected: () => "There is no connection with Unit4 yet.",
    revoked: (said) =>
      `Unit4 asks for your consent again${waitingEn(said)}. After that everything goes on by itself.`,
    "client-refused": (said) =>
      `Unit4 refuses our access as a vendor${waitingEn(said)}. Our operators have been warned; there is nothing for you to do.`,
    rests: (said) =>
      `Unit4 asks us to wait until ${shownClock(said.parkedUntil ?? said.nowMs, said.nowMs, "en")}${waitingEn(said)}; there is nothing for you to do.`,
    falters: (said) =>
      `Unit4 falters${since(said.failingSince, said, "en")}${waitingEn(said)}; there is nothing for you to do.`,
    asks: () => "Everything runs, but data is missing in Unit4: nothing is deleted until you decide.",
    loading: () => "Customers and articles are being fetched for the first time; this may take a while.",
    slow: (said) =>
      `${count(said.waiting, "en", ["order has", "orders have"])} been waiting${since(said.oldestAt, said, "en")}; we keep trying, there is nothing for you to do.`,
    errors: ({ errors }) =>
      `The connection works; ${count(errors, "en", ["error needs", "errors need"])} your attention.`,
    fine: ({ lastWrittenAt, nowMs }) =>
      lastWrittenAt === null
        ? "Everything runs; no order was written yet."
        : `Everything runs; latest order ${lately(lastWrittenAt, nowMs, "en")}.`,
  },
  helps: {
    never: "Start activation",
    off: "Activate again",
    unconnected: "Connect",
    revoked: "Connect again",
    "client-refused": "",
    rests: "",
    falters: "",
    asks: "Look and decide",
    loading: "",
    slow: "",
    errors: "Look at the errors",
    fine: "",
  },
  stretches: {
    off: "is off",
    stands: "stands still",
    rests: "waits for Unit4",
    falters: "falters",
    asks: "waits for you",
    loading: "is fetching",
    slow: "is behind",
    runs: "runs",
  },
  way: "The way of your data",
  toSimon: "customers and articles",
  toUnit4: "orders",
};

export const STANDING = texts(NL, EN);
