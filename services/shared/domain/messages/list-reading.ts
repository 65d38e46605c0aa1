/** How reading the lists of Unit4 goes. */
export const LIST_MESSAGES = {
  CUSTOMERS_INCOMPLETE: {
    kind: "warning",
    table: "customer",
    nl: {
      text: "Unit4 geeft de klantenlijst niet volledig: na {count} klanten begint de lijst steeds opnieuw. Wat daarna komt, komt nog niet over, en we verwijderen niets.",
      action:
        "U hoeft niets te doen: wij zijn ook gewaarschuwd. Zodra Unit4 de hele lijst geeft, gaan we vanzelf verder.",
    },
    en: {
      text: "Unit4 does not give the whole customer list: after {count} customers it begins anew each time. What follows does not come over yet, and we delete nothing.",
      action:
        "Nothing to do: we have been warned too. As soon as Unit4 gives the whole list, we continue by ourselves.",
    },
  },
  CUSTOMERS_WHOLE_AGAIN: {
    kind: "info",
    table: "customer",
    nl: { text: "Unit4 geeft de klantenlijst weer volledig; alle klanten komen weer over.", action: "" },
    en: { text: "Unit4 gives the whole customer list again; all customers come over again.", action: "" },
  },
  ARTICLES_INCOMPLETE: {
    kind: "warning",
    table: "article",
    nl: {
      text: "Unit4 geeft de artikellijst niet volledig: na {count} artikelen begint de lijst steeds opnieuw. Wat daarna komt, komt nog niet over, en we verwijderen niets.",
      action:
        "U hoeft niets te doen: wij zijn ook gewaarschuwd. Zodra Unit4 de hele lijst geeft, gaan we vanzelf verder.",
    },
    en: {
      text: "Unit4 does not give the whole article list: after {count} articles it begins anew each time. What follows does not come over yet, and we delete nothing.",
      action:
        "Nothing to do: we have been warned too. As soon as Unit4 gives the whole list, we continue by ourselves.",
    },
  },
  ARTICLES_WHOLE_AGAIN: {
    kind: "info",
    table: "article",
    nl: { text: "Unit4 geeft de artikellijst weer volledig; alle artikelen komen weer over.", action: "" },
    en: { text: "Unit4 gives the whole article list again; all articles come over again.", action: "" },
  },
  CUSTOMERS_OUT_OF_DATE: {
    kind: "warning",
    table: "customer",
    nl: {
      text: "Uw klanten in Simple-Simon zijn niet meer actueel: bij het verwerken van de lijst uit Unit4 gaat bij ons iets mis.",
      action: "U hoeft niets te doen: wij zijn gewaarschuwd en lossen het op.",
    },
    en: {
      text: "Your customers in Simple-Simon are no longer up to date: something goes wrong on our side when the list of Unit4 is processed.",
      action: "Nothing to do: we have been warned and are solving it.",
    },
  },
  CUSTOMERS_UP_TO_DATE: {
    kind: "info",
    table: "customer",
    nl: { text: "Uw klanten in Simple-Simon worden weer bijgewerkt.", action: "" },
    en: { text: "Your customers in Simple-Simon are kept up to date again.", action: "" },
  },
  ARTICLES_OUT_OF_DATE: {
    kind: "warning",
    table: "article",
    nl: {
      text: "Uw artikelen in Simple-Simon zijn niet meer actueel: bij het verwerken van de lijst uit Unit4 gaat bij ons iets mis.",
      action: "U hoeft niets te doen: wij zijn gewaarschuwd en lossen het op.",
    },
    en: {
      text: "Your articles in Simple-Simon are no longer up to date: something goes wrong on our side when the list of Unit4 is processed.",
      action: "Nothing to do: we have been warned and are solving it.",
    },
  },
  ARTICLES_UP_TO_DATE: {
    kind: "info",
    table: "article",
    nl: { text: "Uw artikelen in Simple-Simon worden weer bijgewerkt.", action: "" },
    en: { text: "Your articles in Simple-Simon are kept up to date again.", action: "" },
  },
} as const;
