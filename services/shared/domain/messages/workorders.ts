/**
 * Messages about workorders on their way to an order request. Each is about one workorder: `number` is the number that
 * people see, lists are joined by a comma.
 */
export const WORKORDER_MESSAGES = {
  WORKORDER_NOT_READY: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is niet volledig gereed gemeld en is daarom niet naar Unit4 gestuurd.",
      action: "Meld de werkbon in Simple-Simon volledig gereed en archiveer hem opnieuw.",
    },
    en: {
      text: "Workorder {number} was not reported ready in full and was therefore not sent to Unit4.",
      action: "Report the workorder ready in full in Simple-Simon and archive it again.",
    },
  },
  WORKORDER_WITHOUT_CUSTOMER: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Op werkbon {number} staat geen klant. Zonder klant kan er in Unit4 geen order worden gemaakt.",
      action: "Kies een klant op de werkbon en archiveer hem opnieuw.",
    },
    en: {
      text: "Workorder {number} has no customer. Without a customer no order can be made in Unit4.",
      action: "Choose a customer on the workorder and archive it again.",
    },
  },
  WORKORDER_CUSTOMER_UNKNOWN: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Klant {customer} op werkbon {number} komt niet uit Unit4. Daar kan geen order op worden geboekt.",
      action:
        "Kies op de werkbon een klant die uit Unit4 komt, of voeg de klant toe in Unit4 en kies hem daarna. Archiveer de werkbon opnieuw.",
    },
    en: {
      text: "Customer {customer} on workorder {number} does not come from Unit4. No order can be booked on it.",
      action:
        "Choose a customer on the workorder that comes from Unit4, or add the customer in Unit4 and then choose it. Archive the workorder again.",
    },
  },
  WORKORDER_CUSTOMER_GONE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Klant {customer} op werkbon {number} is verwijderd in Unit4. Daar kan geen order op worden geboekt.",
      action: "Kies een andere klant op de werkbon en archiveer hem opnieuw.",
    },
    en: {
      text: "Customer {customer} on workorder {number} was deleted in Unit4. No order can be booked on it.",
      action: "Choose another customer on the workorder and archive it again.",
    },
  },
  WORKORDER_CUSTOMER_RENUMBERED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Klant {customer} op werkbon {number} staat in Unit4 nu als {successors}. Op het oude nummer kan geen order worden geboekt.",
      action: "Kies op de werkbon klant {successors} en archiveer hem opnieuw.",
    },
    en: {
      text: "Customer {customer} on workorder {number} is now {successors} in Unit4. No order can be booked on the old number.",
      action: "Choose customer {successors} on the workorder and archive it again.",
    },
  },
  WORKORDER_CUSTOMER_INACTIVE: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Klant {customer} op werkbon {number} is inactief in Unit4. De werkbon wordt toch naar Unit4 gestuurd.",
      action:
        "Controleer of de order in Unit4 staat. Neemt Unit4 de order niet aan, maak de klant in Unit4 dan weer actief en verstuur de werkbon opnieuw.",
    },
    en: {
      text: "Customer {customer} on workorder {number} is inactive in Unit4. The workorder is sent to Unit4 all the same.",
      action:
        "Check that the order is in Unit4. If Unit4 does not accept it, make the customer active again in Unit4 and send the workorder again.",
    },
  },
  WORKORDER_ADDRESS_OF_OTHER_CUSTOMER: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Het werkadres op werkbon {number} ({address}) hoort niet bij klant {customer} van de werkbon.",
      action:
        "Kies op de werkbon een werkadres van klant {customer}, of koppel dit werkadres in Simple-Simon aan die klant. Archiveer de werkbon daarna opnieuw.",
    },
    en: {
      text: "The work address on workorder {number} ({address}) does not belong to the workorder's customer {customer}.",
      action:
        "Choose a work address of customer {customer} on the workorder, or tie this work address to that customer in Simple-Simon. Then archive the workorder again.",
    },
  },
  WORKORDER_ARTICLE_UNKNOWN: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Op werkbon {number} staan artikelen die niet uit Unit4 komen: {articles}.",
      action:
        "Kies op de werkbon artikelen die uit Unit4 komen, of haal de genoemde artikelen van de werkbon. Archiveer hem daarna opnieuw.",
    },
    en: {
      text: "Workorder {number} has articles that do not come from Unit4: {articles}.",
      action:
        "Choose articles on the workorder that come from Unit4, or take the ones named off the workorder. Then archive it again.",
    },
  },
  WORKORDER_ARTICLE_GONE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Op werkbon {number} staan artikelen die in Unit4 zijn verwijderd: {articles}.",
      action: "Kies andere artikelen op de werkbon en archiveer hem opnieuw.",
    },
    en: {
      text: "Workorder {number} has articles that were deleted in Unit4: {articles}.",
      action: "Choose other articles on the workorder and archive it again.",
    },
  },
  WORKORDER_ARTICLE_INACTIVE: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Op werkbon {number} staan artikelen die inactief zijn in Unit4: {articles}. De werkbon wordt toch naar Unit4 gestuurd.",
      action:
        "Controleer of de order in Unit4 staat. Neemt Unit4 de order niet aan, maak de artikelen in Unit4 dan weer actief en verstuur de werkbon opnieuw.",
    },
    en: {
      text: "Workorder {number} has articles that are inactive in Unit4: {articles}. The workorder is sent to Unit4 all the same.",
      action:
        "Check that the order is in Unit4. If Unit4 does not accept it, make the articles active again in Unit4 and send the workorder again.",
    },
  },
  WORKORDER_QUANTITY_UNREADABLE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Werkbon {number} heeft aantallen die niet te lezen zijn: {lines}. Verwacht wordt een getal met een punt voor de decimalen, zoals 2.5.",
      action:
        "Vul op de genoemde regels van de werkbon het aantal opnieuw in en archiveer hem opnieuw. Blijft de melding komen, meld dit dan bij de helpdesk van Simple-Simon.",
    },
    en: {
      text: "Workorder {number} has quantities that cannot be read: {lines}. Expected is a number with a point before the decimals, such as 2.5.",
      action:
        "Enter the quantity again on the lines named of the workorder and archive it again. If the message keeps coming, report it to the Simple-Simon help desk.",
    },
  },
  WORKORDER_QUANTITY_ZERO: {
    kind: "info",
    table: "workorder",
    nl: {
      text: "Op werkbon {number} staan artikelen waarvan het aantal (afgerond) 0 is: {lines}. Die komen niet op de order.",
      action: "",
    },
    en: {
      text: "Workorder {number} has articles whose quantity is (rounded) 0: {lines}. They do not go on the order.",
      action: "",
    },
  },
  WORKORDER_NOTHING_TO_BILL: {
    kind: "info",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is niet naar Unit4 gestuurd, omdat er niets op te factureren is: geen tijd en geen artikelen.",
      action: "",
    },
    en: {
      text: "Workorder {number} was not sent to Unit4, because there is nothing to bill on it: no time and no articles.",
      action: "",
    },
  },
  WORKORDER_MINUTES_NEGATIVE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "De tijd op werkbon {number} klopt niet: {travelMinutes} minuten reistijd en {workMinutes} minuten werktijd. Een tijd kan niet onder nul liggen.",
      action: "Verbeter de tijden op de werkbon en archiveer hem opnieuw.",
    },
    en: {
      text: "The time on workorder {number} is wrong: {travelMinutes} minutes of travel and {workMinutes} minutes of work. A time cannot be below zero.",
      action: "Correct the times on the workorder and archive it again.",
    },
  },
  WORKORDER_EMPTY: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Op werkbon {number} staat niets dat op een order kan komen: geen artikelen, en geen reistijd of werktijd die volgens uw instellingen wordt geboekt.",
      action:
        "Boek artikelen of tijd op de werkbon en archiveer hem opnieuw. Staat er wel tijd op, kies dan eerst in de instellingen een artikel voor reistijd of werktijd.",
    },
    en: {
      text: "Workorder {number} has nothing that can go on an order: no articles, and no travel or work time that is booked according to your settings.",
      action:
        "Book articles or time on the workorder and archive it again. If it does have time, first choose an article for travel or work time in the settings.",
    },
  },
  WORKORDER_TIME_IMPLAUSIBLE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is volgens zijn eigen klok op {archivedOn} gearchiveerd, maar kwam op {receivedOn} binnen. Met die datum is er geen order gemaakt.",
      action:
        "Zet de klok goed van het apparaat waarop de werkbon is gearchiveerd, en archiveer hem opnieuw. Klopt de datum toch, verstuur de werkbon dan opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Workorder {number} was archived on {archivedOn} by its own clock, but came in on {receivedOn}. No order was made with that date.",
      action:
        "Set the clock right of the device on which the workorder was archived, and archive it again. If the date is right all the same, send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  WORKORDER_NUMBER_TOO_LONG: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Het nummer van werkbon {number} is te lang: Unit4 neemt een referentie van hoogstens {limit} tekens aan.",
      action: "Geef de werkbon een korter nummer en archiveer hem opnieuw.",
    },
    en: {
      text: "The number of workorder {number} is too long: Unit4 takes a reference of {limit} characters at most.",
      action: "Give the workorder a shorter number and archive it again.",
    },
  },
  WORKORDER_TOO_LONG: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is te lang voor een order: {lines} regels en {characters} tekens bij de opmerkingen. Er passen er {lineLimit} en {characterLimit}.",
      action: "Kort de omschrijving in of verdeel de artikelen over meer werkbonnen, en archiveer opnieuw.",
    },
    en: {
      text: "Workorder {number} is too long for an order: {lines} lines and {characters} characters of remarks. There is room for {lineLimit} and {characterLimit}.",
      action: "Shorten the description or spread the articles over more workorders, and archive again.",
    },
  },
  WORKORDER_SETTINGS_MISSING: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Voor het moment waarop werkbon {number} werd gearchiveerd, zijn er geen bruikbare instellingen van de integratie.",
      action: "Ga naar Integraties, Unit4, Instellingen, en sla ze op. Archiveer de werkbon daarna opnieuw.",
    },
    en: {
      text: "For the moment at which workorder {number} was archived there are no usable settings of the integration.",
      action: "Go to Integrations, Unit4, Settings, and save them. Then archive the workorder again.",
    },
  },
  WORKORDER_FILTERED: {
    kind: "info",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is niet naar Unit4 gestuurd, omdat de werkomschrijving het filterwoord “{filterWord}” bevat.",
      action: "",
    },
    en: {
      text: "Workorder {number} was not sent to Unit4, because the work description contains the filter word “{filterWord}”.",
      action: "",
    },
  },
  WORKORDER_ARCHIVED_WHILE_OFF: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is gearchiveerd terwijl de integratie uit stond, en is daarom niet naar Unit4 gestuurd.",
      action:
        "Moet er toch een order komen, verstuur de werkbon dan met de hand: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Workorder {number} was archived while the integration was off, and was therefore not sent to Unit4.",
      action:
        "If it needs an order all the same, send the workorder by hand: go to Integrations, Unit4, Workorders.",
    },
  },
} as const;

type WorkorderCode = keyof typeof WORKORDER_MESSAGES;

/** Codes of the errors that keep a workorder from becoming an order request. */
export const WORKORDER_ERROR_CODES: readonly WorkorderCode[] = (
  Object.keys(WORKORDER_MESSAGES) as WorkorderCode[]
).filter((code) => WORKORDER_MESSAGES[code].kind === "error");

/** Codes that are settled once the workorder's order stands in Unit4: whoever reports that order closes them. */
export const CODES_CLOSED_BY_ORDER: readonly WorkorderCode[] = [
  ...WORKORDER_ERROR_CODES,
  "WORKORDER_CUSTOMER_INACTIVE",
  "WORKORDER_ARTICLE_INACTIVE",
  "WORKORDER_ARCHIVED_WHILE_OFF",
];
