import { texts } from "../page/texts.ts";
import type { FIELDS } from "./domain/api-fields.ts";

/** What each operation does, by its id. The description of the interface is in English, the page in both. */
export const OPERATIONS = texts(
  {
    archiveWorkorder: {
      summary: "Werkbon insturen",
      description:
        "Stuurt een gearchiveerde werkbon in, die daarna een order in Unit4 wordt. Dezelfde werkbon nog eens sturen mag altijd: er komt één order. Stuur bij een 503 of zonder antwoord dezelfde werkbon opnieuw. Een gewijzigde werkbon heeft een later archivedAt nodig. Was de koppeling uit op het moment van archiveren, dan wordt de werkbon niet verstuurd maar wel getoond bij Werkbonnen.",
    },
    listWorkorders: {
      summary: "Werkbonnen opvragen",
      description:
        "Alle gearchiveerde werkbonnen met wat ervan werd, de laatste eerst, 50 per pagina, met het totaal. Te filteren op stand, oorzaak, dagen en tekst.",
    },
    readWorkorder: {
      summary: "Wat is er van een werkbon geworden",
      description:
        "Wacht (waiting), verstuurd met ordernummer (sent), geweigerd (refused) of overgeslagen (skipped) met de reden, of wordt opgezocht in Unit4 (unknown).",
    },
    retryWorkorders: {
      summary: "Werkbonnen opnieuw versturen",
      description:
        "Verstuurt werkbonnen die geen order werden opnieuw, met de gegevens van nu: gekozen werkbonnen, alle met één oorzaak, of die van een reeks dagen. Vraag eerst met dryRun wat er zou gaan. Hooguit 500 per keer.",
    },
    readStatus: {
      summary: "Stand opvragen",
      description:
        "Of de koppeling aan staat, hoe de verbinding met Unit4 is, wanneer er laatst is opgehaald en verstuurd, en wat er wacht.",
    },
    listMessages: {
      summary: "Meldingen opvragen",
      description:
        "De meldingen van de pagina Logging, de laatste eerst, 100 per keer, met wat er gezegd wordt en wat u kunt doen.",
    },
    readSettings: {
      summary: "Instellingen lezen",
      description: "De instellingen die nu gelden, met hun versienummer.",
    },
    checkSettings: {
      summary: "Instellingen controleren",
      description:
        "Controleert instellingen direct in Unit4 zonder ze op te slaan; op de pagina Instellingen staan ze daarna klaar.",
    },
    saveSettings: {
      summary: "Instellingen opslaan",
      description:
        "Controleert instellingen in Unit4 en slaat ze op als alles klopt; ze gelden vanaf dat moment. Geef het versienummer mee dat u las: heeft iemand intussen iets gewijzigd, dan wordt niets opgeslagen.",
    },
    deactivate: {
      summary: "Koppeling stopzetten",
      description:
        "Stopt direct met ophalen en versturen. Wat onderweg is wordt afgemaakt. Staat de koppeling al uit, dan gebeurt er niets.",
    },
    listBrakes: {
      summary: "Verwijderingen die op een besluit wachten",
      description:
        "Als er opeens veel klanten of artikelen ontbreken in Unit4, verwijdert de koppeling niets tot iemand beslist.",
    },
    decideBrake: {
      summary: "Beslissen over verwijderingen",
      description:
        "Laat de verwijderingen door (confirmed) of niet (dismissed). Geef de versie mee die u zag.",
    },
    listActs: {
      summary: "Wie deed wat",
      description: "Alles wat mensen en programma's bij uw bedrijf deden, het nieuwste eerst.",
    },
  },
  {
    archiveWorkorder: {
      summary: "Send in a workorder",
      description:
        "Sends in an archived workorder, which then becomes an order in Unit4. Sending the same one again is always right: there will be one order. After a 503 or no answer send the same workorder again. A changed workorder needs a later archivedAt. If the integration was off when it was archived, it is not sent but listed under Workorders.",
    },
    listWorkorders: {
      summary: "List workorders",
      description:
        "All archived workorders with what became of them, the last first, 50 a page, with the total. Filtered by state, cause, days and text.",
    },
    readWorkorder: {
      summary: "What became of a workorder",
      description:
        "It waits (waiting), was sent with an order number (sent), was refused (refused) or skipped (skipped) with the reason, or is being looked up in Unit4 (unknown).",
    },
    retryWorkorders: {
      summary: "Send workorders again",
      description:
        "Sends workorders that became no order again, with today's data: chosen ones, all of one cause, or those of a range of days. Ask with dryRun first what would go. At most 500 at a time.",
    },
    readStatus: {
      summary: "Ask how things stand",
      description:
        "Whether the integration is on, how the connection with Unit4 is, when data were last fetched and sent, and what waits.",
    },
    listMessages: {
      summary: "Ask for messages",
      description:
        "The messages of the page Logging, the latest first, 100 at a time, with what is said and what to do.",
    },
    readSettings: { summary: "Read the settings", description: "The settings in force, with their version." },
    checkSettings: {
      summary: "Check settings",
      description:
        "Checks settings live in Unit4 without saving them; the page Settings shows them afterwards.",
    },
    saveSettings: {
      summary: "Save settings",
      description:
        "Checks settings in Unit4 and saves them when all is well; they hold from that moment. Give the version that you read: if somebody changed something meanwhile, nothing is saved.",
    },
    deactivate: {
      summary: "Switch the integration off",
      description:
        "Stops fetching and sending at once. What is on its way is finished. Does nothing when it is off already.",
    },
    listBrakes: {
      summary: "Deletions that wait for a decision",
      description:
        "When many customers or articles are missing in Unit4 all at once, nothing is deleted until a person decides.",
    },
    decideBrake: {
      summary: "Decide about deletions",
      description:
        "Lets the deletions through (confirmed) or not (dismissed). Give the revision that you saw.",
    },
    listActs: {
      summary: "Who did what",
      description: "Everything that people and programs did for your company, the newest first.",
    },
  },
);

export type OperationId = keyof (typeof OPERATIONS)["en"];

/** `FIELDS` in Dutch. */
export const DUTCH_FIELDS: Readonly<Record<keyof typeof FIELDS, string>> = {
  tenantId: "De code van uw bedrijf, zoals in het adres van uw pagina's.",
  workorderId:
    "Uw eigen kenmerk van de werkbon, uniek binnen uw bedrijf. Daardoor kan dezelfde bon zonder gevolgen nog eens worden gestuurd.",
  workorderNumber:
    "Nummer dat mensen zien, bijvoorbeeld WB-2026-000173. Het staat in de referentie van de order.",
  customerId: "Klantcode in Unit4; null als er geen klant is gekozen.",
  workAddress: "Waar het werk is gedaan; null als er geen werkadres is gekozen.",
  workAddressId: "Uw eigen kenmerk van het werkadres.",
  addressCustomerId: "Klantcode in Unit4 waar het werkadres bij hoort.",
  description: "Werkomschrijving, mag meer regels hebben.",
  reportedReady: "Of de werkbon helemaal gereed is gemeld. Alleen die worden een order.",
  travelMinutes: "Reistijd in hele minuten.",
  workMinutes: "Werktijd in hele minuten.",
  materials: "Gebruikte artikelen.",
  articleId: "Artikelcode in Unit4.",
  quantity: "Aantal als tekst: cijfers met een punt, zoals 2.5; mag negatief zijn.",
  archivedAt:
    "Wanneer de bon is gearchiveerd, ISO 8601 met tijdzone, zoals 2026-11-25T14:03:00.000+01:00. Hooguit vijf minuten vooruit.",
  archivedBy: "Wie de bon heeft gearchiveerd.",
  state: "Wat ervan geworden is.",
  cause: "Code van de melding die zegt waarom het geen order is.",
  kind: "Hoe belangrijk het is.",
  table: "Waar het over gaat.",
  from: "Eerste dag, jjjj-MM-dd, volgens de Nederlandse klok.",
  to: "Laatste dag, jjjj-MM-dd, volgens de Nederlandse klok.",
  cursor: "Wat de vorige pagina gaf als `next`; weglaten voor de eerste pagina.",
  next: "Vraagt de volgende pagina; null als die er niet is.",
  by: "Persoon of programma, teken voor teken.",
  actor: "Wie het deed.",
  actorKind:
    "Een gebruiker van uw bedrijf (user), een beheerder van ons (operator), een sleutel (key) of een eigen programma van ons (service); unknown: een oudere handeling.",
  actorId: "Nummer van de gebruiker of sleutel; null als dat er niet is.",
  actorName: "Hoe die toen heette; alleen soort en nummer zeggen wie het was.",
  act: "Wat er gedaan is, een woord in hoofdletters zoals SETTINGS_SAVED.",
  dryRun: "Alleen zeggen wat er opnieuw verstuurd zou worden.",
  workorderIds: "Kenmerken van de werkbonnen die opnieuw verstuurd worden.",
  why: "Waarom niet: bijvoorbeeld WRITTEN, WAITING of TENANT_OFF; NOT_REFUSED: er is geen werkbon die kan gaan.",
  revision: "Versie van de vraag, zoals die getoond werd.",
  openOrClosed: "Alleen meldingen die nog open staan (open) of die opgelost zijn (closed).",
  recordId: "Kenmerk van de werkbon, klant of het artikel waar het over gaat.",
  orderId: "Nummer van de order in Unit4.",
  orderOfNotSent: "Nummer van de order die hij al werd; null als er geen is.",
  workorderLink: "Waar deze interface vertelt wat ervan werd.",
  decision: "De verwijderingen doorlaten of niet.",
  entity: "Over welke lijst de vraag gaat.",
  version: "Versienummer van de instellingen; 0 als er nog geen zijn.",
  administration: "Administratie in Unit4, zoals MVL00042. Zolang de koppeling aan staat blijft die gelijk.",
  travelArticle: "Artikelcode voor reistijd; leeg: niet geboekt.",
  workArticle: "Artikelcode voor werktijd; leeg: niet geboekt.",
  standardArticle: "Artikelcode dat op elke order komt; leeg: geen.",
  standardArticleAlone:
    "Of een werkbon zonder tijd en artikelen een order met alleen het vaste artikel wordt.",
  articleGroups: "Artikelgroepen die overkomen, op naam of code, precies zoals in Unit4; leeg: alle.",
  articleTypes: "Artikelsoorten die overkomen, met hun nummer in Unit4.",
  descriptionOnOrder: "Of de werkomschrijving als tekstregels op de order komt.",
  filterWord:
    "Werkbonnen met dit woord in de omschrijving worden niet verstuurd; leeg: alle worden verstuurd.",
  remarks: "Wat er bij Opmerkingen komt.",
  memoField: "Memoveld op verkooporders voor de opmerkingen; leeg: tekstregels.",
  search: "Deel van het nummer van de werkbon, de naam van de klant of het ordernummer.",
  page: "Welke pagina, vanaf 1; voorbij het einde geeft de laatste.",
  firstWorkAddress: "Eerste werkadres van een klant: het factuuradres of het standaardadres.",
};

/** What a program is told when what it asks cannot be done as things stand. */
export const API_PROBLEMS = texts(
  {
    WORKORDER_CHANGED:
      "Deze werkbon is al ontvangen met hetzelfde of een later archivedAt en een andere inhoud. Stuur een gewijzigde werkbon met een later archivedAt.",
    SETTINGS_NOT_RIGHT:
      "Niet alle instellingen zijn goedgekeurd; bij faults staat per veld wat eraan schort.",
    SETTINGS_CHANGED_MEANWHILE:
      "Iemand heeft intussen andere instellingen opgeslagen. Lees ze opnieuw en begin daarmee.",
    TENANT_INACTIVE: "De koppeling staat uit. Instellingen worden dan opgeslagen bij het activeren.",
    BRAKE_CLOSED: "Deze vraag is al beantwoord of vervallen. Vraag de open vragen opnieuw op.",
    ARCHIVED_IN_FUTURE:
      "De werkbon is gearchiveerd op een tijdstip dat nog niet is geweest. Controleer de klok en de tijdzone.",
  },
  {
    WORKORDER_CHANGED:
      "This workorder was received before with the same or a later archivedAt and other content. Send a changed workorder with a later archivedAt.",
    SETTINGS_NOT_RIGHT: "Not all settings were approved; faults says what is wrong with each.",
    SETTINGS_CHANGED_MEANWHILE:
      "Somebody saved other settings meanwhile. Read them again and begin with those.",
    TENANT_INACTIVE: "The integration is off. Settings are then saved by activating it.",
    BRAKE_CLOSED: "This question was answered or has lapsed. Ask for the open questions again.",
    ARCHIVED_IN_FUTURE:
      "The workorder was archived at a time that is not yet. Check the clock and the time zone.",
  },
);

export type ApiProblemCode = keyof (typeof API_PROBLEMS)["en"];

export const API_PAGE = texts(
  {
    title: "Toegang voor programma's",
    intro:
      "Hiermee kan een ander programma doen wat u op deze pagina's doet. Elke vraag stuurt een sleutel van uw bedrijf mee; die maakt u bij Toegang.",
    key: "Sleutel",
    keyText: "Zet de sleutel in de kop Authorization van elke vraag:",
    limits:
      "Per sleutel kunnen er 600 vragen per minuut, en daarnaast 7.200 werkbonnen per minuut. Tegelijk behandelen wij er 6 per sleutel en 12 per bedrijf; de rest wacht even. Wie er meer stuurt krijgt 429 met in Retry-After het aantal seconden om te wachten. Na 20 onjuiste sleutels in een minuut neemt dat adres een minuut lang geen sleutels meer aan.",
    problems:
      "Een vraag die niet lukt krijgt een antwoord met code, message, requestId en zo nodig faults, met per fout de plek. Met Accept-Language: en zijn de teksten Engels. Na 503 is niets verloren: stuur dezelfde vraag over een minuut opnieuw.",
    document: "Volledige beschrijving (OpenAPI 3.1)",
    scopes: {
      read: "Voor sleutels die mogen opvragen (read)",
      archive: "Voor sleutels die werkbonnen mogen insturen (archive)",
      operate: "Voor sleutels die mogen instellen, opnieuw versturen en stopzetten (operate)",
    },
    operations: "Wat er kan",
    parameters: "Gegevens in het adres",
    body: "Inhoud",
    name: "Naam",
    meaning: "Betekenis",
    required: "verplicht",
    example: "Voorbeeld",
    answers: "Antwoorden",
  },
  {
    title: "Access for programs",
    intro:
      "With this another program can do what you do on these pages. Every request carries a key of your company; you make one under Access.",
    key: "Key",
    keyText: "Put the key into the Authorization header of every request:",
    limits:
      "A key may send 600 requests a minute, and besides them 7,200 workorders a minute. We work on 6 at a time of one key and 12 of one company; the rest waits a moment. More are answered 429, with the seconds to wait in Retry-After. After 20 wrong keys in a minute no key from that address is taken for a minute.",
    problems:
      "A request that fails is answered with code, message, requestId and where needed faults, each with its place. With Accept-Language: en the texts are English. After a 503 nothing is lost: send the same request again in a minute.",
    document: "Full description (OpenAPI 3.1)",
    scopes: {
      read: "For keys that may ask (read)",
      archive: "For keys that may send in workorders (archive)",
      operate: "For keys that may change settings, send again and switch off (operate)",
    },
    operations: "What there is",
    parameters: "In the address",
    body: "Body",
    name: "Name",
    meaning: "Meaning",
    required: "required",
    example: "Example",
    answers: "Answers",
  },
);
