/**
 * Messages about orders that Unit4 did not take. Parameters as in the messages about orders; `reason` is everything that
 * Unit4 says in its own words, so that one message is enough to mend all of it, `article` the article codes.
 */
export const ORDER_REFUSAL_MESSAGES = {
  ORDER_REFUSED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan. Unit4 meldt: {reason}",
      action:
        "Verhelp in Unit4 of op de werkbon wat Unit4 meldt. Verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number}. Unit4 says: {reason}",
      action:
        "Mend in Unit4 or on the workorder what Unit4 names. Then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_CUSTOMER_UNKNOWN: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan, omdat klant {customerId} ({customerName}) daar niet bestaat. Unit4 meldt: {reason}",
      action:
        "Kies op de werkbon een klant die in Unit4 staat en archiveer hem opnieuw, of voeg de klant toe in Unit4. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number}, because customer {customerId} ({customerName}) does not exist there. Unit4 says: {reason}",
      action:
        "Choose a customer on the workorder that is in Unit4 and archive it again, or add the customer in Unit4. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_CUSTOMER_PASSIVE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan, omdat klant {customerId} ({customerName}) daar passief is. Unit4 meldt: {reason}",
      action:
        "Maak de klant in Unit4 actief, of kies op de werkbon een andere klant. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number}, because customer {customerId} ({customerName}) is passive there. Unit4 says: {reason}",
      action:
        "Make the customer active in Unit4, or choose another customer on the workorder. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_CUSTOMER_BLOCKED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan, omdat klant {customerId} ({customerName}) daar geblokkeerd is. Unit4 meldt: {reason}",
      action:
        "Hef de blokkade van de klant op in Unit4, of kies op de werkbon een andere klant. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number}, because customer {customerId} ({customerName}) is blocked there. Unit4 says: {reason}",
      action:
        "Lift the block on the customer in Unit4, or choose another customer on the workorder. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_ARTICLE_UNKNOWN: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan, omdat artikel {article} daar niet bestaat. Unit4 meldt: {reason}",
      action:
        "Voeg het artikel toe in Unit4, of kies een ander artikel op de werkbon of bij de instellingen. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number}, because article {article} does not exist there. Unit4 says: {reason}",
      action:
        "Add the article in Unit4, or choose another article on the workorder or in the settings. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_ARTICLE_PASSIVE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan, omdat artikel {article} daar passief of geblokkeerd is. Unit4 meldt: {reason}",
      action:
        "Maak het artikel in Unit4 actief, of kies een ander artikel op de werkbon of bij de instellingen. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number}, because article {article} is passive or blocked there. Unit4 says: {reason}",
      action:
        "Make the article active in Unit4, or choose another article on the workorder or in the settings. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_QUANTITY_REFUSED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan om het aantal van artikel {article}. Unit4 meldt: {reason}",
      action:
        "Pas het aantal op de werkbon aan, of het aantal decimalen van het artikel in Unit4. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number} because of the quantity of article {article}. Unit4 says: {reason}",
      action:
        "Change the quantity on the workorder, or the number of decimals of the article in Unit4. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_DATE_REFUSED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan om de datum, die buiten een open boekjaar kan liggen. Unit4 meldt: {reason}",
      action:
        "Open in Unit4 het boekjaar en de periode van de archiveerdatum. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number} because of its date, which may be outside an open book year. Unit4 says: {reason}",
      action:
        "Open the book year and the period of the archiving date in Unit4. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_PAYMENT_CONDITION_REFUSED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan om de betalingsconditie van klant {customerId} ({customerName}). Unit4 meldt: {reason}",
      action:
        "Geef de klant in Unit4 een geldige betalingsconditie. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number} because of the payment condition of customer {customerId} ({customerName}). Unit4 says: {reason}",
      action:
        "Give the customer a valid payment condition in Unit4. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_VAT_REFUSED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan om de btw-gegevens van klant {customerId} ({customerName}) of van een artikel. Unit4 meldt: {reason}",
      action:
        "Controleer in Unit4 het btw-scenario van de klant en de btw-code van de artikelen. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number} because of the VAT details of customer {customerId} ({customerName}) or of an article. Unit4 says: {reason}",
      action:
        "Check the VAT scenario of the customer and the VAT code of the articles in Unit4. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_MEMO_FIELD_REFUSED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan om het vrije veld voor de opmerkingen. Unit4 meldt: {reason}",
      action:
        "Kies bij de instellingen een ander veld voor de opmerkingen, of kort de opmerkingen op de werkbon in. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number} because of the custom field for the remarks. Unit4 says: {reason}",
      action:
        "Choose another field for the remarks in the settings, or shorten the remarks on the workorder. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_TEXT_TOO_LONG: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 neemt de order van werkbon {number} niet aan, omdat de referentie of een omschrijving te lang is. Unit4 meldt: {reason}",
      action:
        "Kort het nummer of de omschrijving van de werkbon in. Verhelp ook wat Unit4 verder meldt, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 does not accept the order of workorder {number}, because the reference or a description is too long. Unit4 says: {reason}",
      action:
        "Shorten the number or the description of the workorder. Mend whatever else Unit4 names as well, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
  ORDER_ADMINISTRATION_CHANGED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "De order van werkbon {number} voor klant {customerId} ({customerName}) was gemaakt voor administratie {administration}. U bent nu gekoppeld met {newAdministration}, waar dat nummer een andere klant kan zijn. De order is daarom niet verstuurd.",
      action:
        "Controleer of klant {customerId} in {newAdministration} de goede klant is. Is dat zo, verstuur de werkbon dan opnieuw: ga naar Integraties, Unit4, Werkbonnen; alle werkbonnen met deze oorzaak kunnen daar in één keer. Zo niet, kies eerst de goede klant op de werkbon en archiveer hem opnieuw.",
    },
    en: {
      text: "The order of workorder {number} for customer {customerId} ({customerName}) was made for administration {administration}. You are now connected to {newAdministration}, where that number may be another customer. Therefore the order was not sent.",
      action:
        "Check that customer {customerId} in {newAdministration} is the right customer. If it is, send the workorder again: go to Integrations, Unit4, Workorders; all workorders with this cause can go at once there. If not, first choose the right customer on the workorder and archive it again.",
    },
  },
  ORDER_GONE: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is opnieuw gearchiveerd, maar zijn order {orderId} staat niet meer in Unit4: iemand heeft hem verwijderd. Er is geen nieuwe order gemaakt.",
      action:
        "Moet er weer een order komen, verstuur de werkbon dan opnieuw: ga naar Integraties, Unit4, Werkbonnen. Is er geen order meer nodig, dan hoeft u niets te doen.",
    },
    en: {
      text: "Workorder {number} was archived again, but its order {orderId} is no longer in Unit4: somebody deleted it. No new order was made.",
      action:
        "If there has to be an order again, send the workorder again: go to Integrations, Unit4, Workorders. If none is needed any more, there is nothing to do.",
    },
  },
  ORDER_NEVER_CONFIRMED: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 gaf {times} keer geen duidelijk antwoord op de order van werkbon {number}, en de order staat er niet. We sturen hem niet meer vanzelf.",
      action:
        "Controleer in Unit4 of de order er inderdaad niet staat, en verstuur de werkbon daarna opnieuw: ga naar Integraties, Unit4, Werkbonnen.",
    },
    en: {
      text: "Unit4 gave no clear answer to the order of workorder {number} {times} times, and the order is not there. We no longer send it by ourselves.",
      action:
        "Check that the order is indeed not in Unit4, and then send the workorder again: go to Integrations, Unit4, Workorders.",
    },
  },
} as const;

type RefusalCode = keyof typeof ORDER_REFUSAL_MESSAGES;

/** Codes that end when the order of the same workorder is settled in another way. */
export const ORDER_REFUSAL_CODES = Object.keys(ORDER_REFUSAL_MESSAGES) as readonly RefusalCode[];
