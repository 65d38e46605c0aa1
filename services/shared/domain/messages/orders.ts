import { ORDER_REFUSAL_MESSAGES } from "./order-refusals.ts";

/**
 * Messages about orders in Unit4. Each is about one workorder: `number` is the workorder's number that people see,
 * `orderId` the order's number in Unit4.
 */
export const ORDER_MESSAGES = {
  ...ORDER_REFUSAL_MESSAGES,
  ORDER_WRITTEN: {
    kind: "info",
    table: "workorder",
    nl: { text: "Werkbon {number} staat in Unit4 als order {orderId}.", action: "" },
    en: { text: "Workorder {number} is in Unit4 as order {orderId}.", action: "" },
  },
  ORDER_WRITTEN_WITH_REMARK: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Werkbon {number} staat in Unit4 als order {orderId}. Unit4 meldt daarbij: {remark}",
      action: "Controleer order {orderId} in Unit4 voordat u hem factureert.",
    },
    en: {
      text: "Workorder {number} is in Unit4 as order {orderId}. Unit4 adds: {remark}",
      action: "Check order {orderId} in Unit4 before you invoice it.",
    },
  },
  ORDER_STORED_DIFFERENTLY: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Unit4 heeft order {orderId} van werkbon {number} anders opgeslagen dan we hem stuurden (regel en artikel: verstuurd → opgeslagen): {difference}",
      action: "Verbeter order {orderId} in Unit4 voordat u hem factureert. We sturen hem niet opnieuw.",
    },
    en: {
      text: "Unit4 stored order {orderId} of workorder {number} otherwise than we sent it (line and article: sent → stored): {difference}",
      action: "Correct order {orderId} in Unit4 before you invoice it. We do not send it again.",
    },
  },
  ORDER_NO_RIGHTS: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "De order van werkbon {number} wacht: de gebruiker waarmee Unit4 is gekoppeld mag daar geen orders aanmaken ({reason}).",
      action:
        "Geef deze gebruiker in Unit4 rechten om in deze administratie orders aan te maken, of koppel opnieuw met een gebruiker die dat mag: ga naar Integraties, Unit4. De order gaat daarna vanzelf mee.",
    },
    en: {
      text: "The order of workorder {number} waits: the user with which Unit4 is connected may not make orders there ({reason}).",
      action:
        "Give this user rights in Unit4 to make orders in this administration, or connect again with a user who may: go to Integrations, Unit4. The order then follows by itself.",
    },
  },
  ORDER_ADMINISTRATION_GONE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "De order van werkbon {number} wacht: Unit4 vindt de gekoppelde administratie niet ({reason}).",
      action:
        "Controleer in Unit4 of de administratie er nog is. Is zij verhuisd of vervangen, kies de nieuwe dan: ga naar Integraties, Unit4. Daarna ziet u welke werkbonnen opnieuw verstuurd kunnen worden.",
    },
    en: {
      text: "The order of workorder {number} waits: Unit4 does not find the connected administration ({reason}).",
      action:
        "Check that the administration is still in Unit4. If it was moved or replaced, choose the new one: go to Integrations, Unit4. You then see which workorders can be sent again.",
    },
  },
  ORDER_OUTCOME_UNKNOWN: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Unit4 gaf geen duidelijk antwoord op de order van werkbon {number}. We zoeken in Unit4 op of de order er staat, en sturen hem alleen opnieuw als hij er niet is.",
      action: "U hoeft niets te doen. Maak de order niet zelf aan in Unit4: dan kan hij dubbel komen.",
    },
    en: {
      text: "Unit4 gave no clear answer to the order of workorder {number}. We look up in Unit4 whether the order is there, and send it again only if it is not.",
      action: "Nothing to do. Do not make the order in Unit4 yourself: it could then be there twice.",
    },
  },
  ORDER_NOT_SENT: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "De order van werkbon {number} van {tenant} kon nog niet naar Unit4 ({reason}). We proberen het vanzelf opnieuw.",
      action: "U hoeft niets te doen; de order gaat mee zodra Unit4 weer te gebruiken is.",
    },
    en: {
      text: "The order of workorder {number} of {tenant} could not go to Unit4 yet ({reason}). We try again by ourselves.",
      action: "Nothing to do; the order follows as soon as Unit4 can be used again.",
    },
  },
  ORDER_NEEDS_CONNECTION: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "De order van werkbon {number} van {tenant} wacht: Unit4 accepteert de koppeling niet meer.",
      action:
        "Laat iemand die in Unit4 mag inloggen opnieuw koppelen: ga naar Integraties, Unit4, en klik op Koppel. De order gaat daarna vanzelf mee.",
    },
    en: {
      text: "The order of workorder {number} of {tenant} waits: Unit4 no longer accepts the connection.",
      action:
        "Have somebody who may log in to Unit4 connect again: go to Integrations, Unit4, and click Connect. The order then follows by itself.",
    },
  },
  ORDER_CLIENT_REFUSED: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "De order van werkbon {number} van {tenant} wacht: Unit4 weigert onze toegang als leverancier. Dat ligt niet aan u; onze beheerders zijn gewaarschuwd.",
      action: "U hoeft niets te doen; de order gaat vanzelf mee zodra Unit4 ons weer toelaat.",
    },
    en: {
      text: "The order of workorder {number} of {tenant} waits: Unit4 refuses our access as a vendor. You are not the cause; our operators have been warned.",
      action: "Nothing to do; the order follows by itself as soon as Unit4 admits us again.",
    },
  },
  ORDER_FOUND_TWICE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Van werkbon {number} staan er meerdere orders in Unit4: {orderIds}.",
      action: "Controleer in Unit4 welke order juist is, en verwijder de andere voordat u factureert.",
    },
    en: {
      text: "Workorder {number} has several orders in Unit4: {orderIds}.",
      action: "Check in Unit4 which order is right, and delete the others before you invoice.",
    },
  },
  ORDER_DUPLICATE: {
    kind: "error",
    table: "workorder",
    nl: {
      text: "Van werkbon {number} staan er nu meerdere orders in Unit4: {orderIds}. Geboekt was order {orderId}.",
      action:
        "Controleer in Unit4 welke order juist is, en verwijder de andere voordat u factureert. De melding verdwijnt vanzelf zodra er nog één over is.",
    },
    en: {
      text: "Workorder {number} now has several orders in Unit4: {orderIds}. Order {orderId} was booked.",
      action:
        "Check in Unit4 which order is right, and delete the others before you invoice. The message goes by itself as soon as one is left.",
    },
  },
  ORDER_MISSING: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Order {orderId} van werkbon {number} staat niet meer in Unit4. De werkbon wordt niet opnieuw verstuurd.",
      action:
        "Heeft iemand de order in Unit4 met opzet verwijderd of al verwerkt, dan hoeft u niets te doen. Zo niet, maak hem daar dan zelf opnieuw aan.",
    },
    en: {
      text: "Order {orderId} of workorder {number} is no longer in Unit4. The workorder is not sent again.",
      action:
        "If somebody deleted the order in Unit4 on purpose, or processed it already, there is nothing to do. If not, make it there again yourself.",
    },
  },
  ORDER_CONTENT_DIFFERS: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Order {orderId} van werkbon {number} ziet er in Unit4 kort na het versturen anders uit dan we hem stuurden (regel en artikel: verstuurd → opgeslagen): {difference}",
      action:
        "Heeft iemand de order in Unit4 al aangepast, dan hoeft u niets te doen. Zo niet, verbeter order {orderId} voordat u hem factureert.",
    },
    en: {
      text: "Soon after it was sent, order {orderId} of workorder {number} looks otherwise in Unit4 than we sent it (line and article: sent → stored): {difference}",
      action:
        "If somebody edited the order in Unit4 already, there is nothing to do. If not, correct order {orderId} before you invoice it.",
    },
  },
  ORDER_SINGLE_AGAIN: {
    kind: "info",
    table: "workorder",
    nl: { text: "Van werkbon {number} staat weer precies één order in Unit4: {orderId}.", action: "" },
    en: { text: "Workorder {number} has exactly one order in Unit4 again: {orderId}.", action: "" },
  },
  ORDER_ARTICLE_WITHOUT_PRICE: {
    kind: "info",
    table: "article",
    nl: {
      text: "Artikel {article} staat op order {orderId} (werkbon {number}) voor € 0. Is dat niet de bedoeling, geef het artikel dan in Unit4 een prijs en pas de order daar aan.",
      action: "",
    },
    en: {
      text: "Article {article} is on order {orderId} (workorder {number}) for € 0. If that is not intended, give the article a price in Unit4 and adjust the order there.",
      action: "",
    },
  },
  ORDER_TAKEN_BACK: {
    kind: "info",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is opnieuw beoordeeld en geeft zo geen order. De order van daarvoor, die nog niet in Unit4 stond, is ingetrokken.",
      action: "",
    },
    en: {
      text: "Workorder {number} was judged again and makes no order as it is. The order of before, which was not in Unit4 yet, was taken back.",
      action: "",
    },
  },
  ORDER_ALREADY_WRITTEN: {
    kind: "info",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is opnieuw gearchiveerd zonder wijzigingen. De order stond al in Unit4 als {orderId}; er is geen tweede gemaakt.",
      action: "",
    },
    en: {
      text: "Workorder {number} was archived again without changes. Its order was already in Unit4 as {orderId}; no second one was made.",
      action: "",
    },
  },
  ORDER_CHANGED_AFTER_WRITING: {
    kind: "warning",
    table: "workorder",
    nl: {
      text: "Werkbon {number} is gewijzigd nadat de order in Unit4 was gemaakt ({orderId}). Het verschil: {difference}. Order {orderId} is niet aangepast.",
      action: "Pas order {orderId} in Unit4 zelf aan, of maak daar een order voor het verschil.",
    },
    en: {
      text: "Workorder {number} was changed after its order was made in Unit4 ({orderId}). The difference: {difference}. Order {orderId} was not changed.",
      action: "Change order {orderId} in Unit4 yourself, or make an order for the difference there.",
    },
  },
} as const;
