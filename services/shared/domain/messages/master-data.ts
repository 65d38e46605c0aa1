/**
 * Messages about customers, articles and the cleaning. A message about one record has its id in `id` and its name in
 * `name`; counts are whole numbers as text.
 */
export const MASTER_DATA_MESSAGES = {
  CUSTOMER_STATE_UNKNOWN: {
    kind: "warning",
    table: "customer",
    nl: {
      text: "Klant {id} ({name}) heeft in Unit4 een status die we niet kennen: “{stateCode}”. De klant blijft in Simple-Simon staan, maar is niet te kiezen op nieuwe werkbonnen.",
      action:
        "Zet de klant in Unit4 op actief of inactief. Is de status juist, meld hem dan bij de helpdesk van Simple-Simon.",
    },
    en: {
      text: "Customer {id} ({name}) has a state in Unit4 that we do not know: “{stateCode}”. The customer stays in Simple-Simon, but cannot be chosen on new workorders.",
      action:
        "Make the customer active or inactive in Unit4. If the state is right, report it to the Simple-Simon help desk.",
    },
  },
  ARTICLE_STATE_UNKNOWN: {
    kind: "warning",
    table: "article",
    nl: {
      text: "Artikel {id} ({name}) heeft in Unit4 een status die we niet kennen: “{stateCode}”. Het artikel blijft in Simple-Simon staan, maar is niet te kiezen op nieuwe werkbonnen.",
      action:
        "Zet het artikel in Unit4 op actief of inactief. Is de status juist, meld hem dan bij de helpdesk van Simple-Simon.",
    },
    en: {
      text: "Article {id} ({name}) has a state in Unit4 that we do not know: “{stateCode}”. The article stays in Simple-Simon, but cannot be chosen on new workorders.",
      action:
        "Make the article active or inactive in Unit4. If the state is right, report it to the Simple-Simon help desk.",
    },
  },
  CUSTOMER_DATE_UNREADABLE: {
    kind: "warning",
    table: "customer",
    nl: {
      text: "De wijzigingsdatum van klant {id} ({name}) is niet te lezen: “{value}”. De klant is wel bijgewerkt, zonder datum.",
      action: "Open de klant in Unit4 en sla hem opnieuw op; de datum wordt dan goed gezet.",
    },
    en: {
      text: "The change date of customer {id} ({name}) cannot be read: “{value}”. The customer was updated, without a date.",
      action: "Open the customer in Unit4 and save it again; that puts the date right.",
    },
  },
  ARTICLE_DATE_UNREADABLE: {
    kind: "warning",
    table: "article",
    nl: {
      text: "De wijzigingsdatum van artikel {id} ({name}) is niet te lezen: “{value}”. Het artikel is wel bijgewerkt, zonder datum.",
      action: "Open het artikel in Unit4 en sla het opnieuw op; de datum wordt dan goed gezet.",
    },
    en: {
      text: "The change date of article {id} ({name}) cannot be read: “{value}”. The article was updated, without a date.",
      action: "Open the article in Unit4 and save it again; that puts the date right.",
    },
  },
  CUSTOMER_ROW_UNREADABLE: {
    kind: "error",
    table: "customer",
    nl: {
      text: "Een klant uit Unit4 kon niet worden gelezen ({id}): {reason}. De klant is in Simple-Simon niet bijgewerkt.",
      action:
        "Controleer de gegevens van deze klant in Unit4 en sla hem opnieuw op. Blijft de melding staan, meld dit dan bij de helpdesk van Simple-Simon.",
    },
    en: {
      text: "A customer from Unit4 could not be read ({id}): {reason}. The customer was not updated in Simple-Simon.",
      action:
        "Check the data of this customer in Unit4 and save it again. If the message stays, report it to the Simple-Simon help desk.",
    },
  },
  ARTICLE_ROW_UNREADABLE: {
    kind: "error",
    table: "article",
    nl: {
      text: "Een artikel uit Unit4 kon niet worden gelezen ({id}): {reason}. Het artikel is in Simple-Simon niet bijgewerkt.",
      action:
        "Controleer de gegevens van dit artikel in Unit4 en sla het opnieuw op. Blijft de melding staan, meld dit dan bij de helpdesk van Simple-Simon.",
    },
    en: {
      text: "An article from Unit4 could not be read ({id}): {reason}. The article was not updated in Simple-Simon.",
      action:
        "Check the data of this article in Unit4 and save it again. If the message stays, report it to the Simple-Simon help desk.",
    },
  },
  CUSTOMER_TEXT_CLEANED: {
    kind: "warning",
    table: "customer",
    nl: {
      text: "Bij klant {id} ({name}) staat een onleesbaar teken in het veld {field}. Dat teken is in Simple-Simon weggelaten.",
      action: "Typ het veld {field} van deze klant in Unit4 opnieuw en sla de klant op.",
    },
    en: {
      text: "Customer {id} ({name}) has an unreadable character in the field {field}. It was left out in Simple-Simon.",
      action: "Type the field {field} of this customer again in Unit4 and save the customer.",
    },
  },
  ARTICLE_TEXT_CLEANED: {
    kind: "warning",
    table: "article",
    nl: {
      text: "Bij artikel {id} ({name}) staat een onleesbaar teken in het veld {field}. Dat teken is in Simple-Simon weggelaten.",
      action: "Typ het veld {field} van dit artikel in Unit4 opnieuw en sla het artikel op.",
    },
    en: {
      text: "Article {id} ({name}) has an unreadable character in the field {field}. It was left out in Simple-Simon.",
      action: "Type the field {field} of this article again in Unit4 and save the article.",
    },
  },
  CUSTOMER_DELETIONS_HALTED: {
    kind: "warning",
    table: "customer",
    nl: {
      text: "In de klantenlijst van Unit4 ontbreken opeens {missing} van de {known} klanten. We verwijderen niets voordat duidelijk is waarom.",
      action:
        "Controleer in Unit4 of de klanten er nog zijn en of de Multivers-gebruiker van de koppeling ze mag zien. Zijn ze echt verwijderd, bevestig dat dan: ga naar Integraties, Unit4.",
    },
    en: {
      text: "The customer list of Unit4 suddenly lacks {missing} of the {known} customers. We delete nothing until it is clear why.",
      action:
        "Check in Unit4 that the customers are still there and that the Multivers user of the connection may see them. If they really were deleted, confirm that: go to Integrations, Unit4.",
    },
  },
  ARTICLE_DELETIONS_HALTED: {
    kind: "warning",
    table: "article",
    nl: {
      text: "In de artikellijst van Unit4 ontbreken opeens {missing} van de {known} artikelen. We verwijderen niets voordat duidelijk is waarom.",
      action:
        "Controleer in Unit4 of de artikelen er nog zijn en of de Multivers-gebruiker van de koppeling ze mag zien. Zijn ze echt verwijderd, bevestig dat dan: ga naar Integraties, Unit4.",
    },
    en: {
      text: "The article list of Unit4 suddenly lacks {missing} of the {known} articles. We delete nothing until it is clear why.",
      action:
        "Check in Unit4 that the articles are still there and that the Multivers user of the connection may see them. If they really were deleted, confirm that: go to Integrations, Unit4.",
    },
  },
  CUSTOMER_DELETIONS_RESUMED: {
    kind: "info",
    table: "customer",
    nl: {
      text: "De klantenlijst van Unit4 is weer compleet; verwijderde klanten worden weer verwerkt.",
      action: "",
    },
    en: {
      text: "The customer list of Unit4 is whole again; deleted customers are processed again.",
      action: "",
    },
  },
  ARTICLE_DELETIONS_RESUMED: {
    kind: "info",
    table: "article",
    nl: {
      text: "De artikellijst van Unit4 is weer compleet; verwijderde artikelen worden weer verwerkt.",
      action: "",
    },
    en: {
      text: "The article list of Unit4 is whole again; deleted articles are processed again.",
      action: "",
    },
  },
  CUSTOMERS_LOADED: {
    kind: "info",
    table: "customer",
    nl: { text: "Alle klanten zijn voor het eerst opgehaald uit Unit4: {count}.", action: "" },
    en: { text: "All customers have been fetched from Unit4 for the first time: {count}.", action: "" },
  },
  ARTICLES_LOADED: {
    kind: "info",
    table: "article",
    nl: { text: "Alle artikelen zijn voor het eerst opgehaald uit Unit4: {count}.", action: "" },
    en: { text: "All articles have been fetched from Unit4 for the first time: {count}.", action: "" },
  },
  CUSTOMER_KEPT_IN_USE: {
    kind: "warning",
    table: "customer",
    nl: {
      text: "Klant {id} ({name}) hoort niet meer in Simple-Simon, maar staat nog op open werkbonnen ({workorders}). De schoonmaak heeft de klant laten staan.",
      action:
        "Archiveer deze werkbonnen of kies er een andere klant. De volgende schoonmaak verwijdert de klant dan vanzelf.",
    },
    en: {
      text: "Customer {id} ({name}) no longer belongs in Simple-Simon, but open workorders still use it ({workorders}). The cleaning left the customer in place.",
      action:
        "Archive these workorders or choose another customer on them. The next cleaning then removes the customer by itself.",
    },
  },
  CUSTOMER_ADDRESSES_LEFT: {
    kind: "warning",
    table: "customer",
    nl: {
      text: "Klant {id} ({name}) staat in Unit4 nu als {successors}. In Simple-Simon heeft {id} nog werkadressen die met de hand zijn gemaakt: {addresses}. De schoonmaak heeft de klant daarom laten staan.",
      action:
        "Ga naar Klanten met een ander nummer en zet de werkadressen over naar de nieuwe klant, of verwijder ze in Simple-Simon. De volgende schoonmaak verwijdert de oude klant dan vanzelf.",
    },
    en: {
      text: "Customer {id} ({name}) is now {successors} in Unit4. In Simple-Simon {id} still has work addresses that were made by hand: {addresses}. The cleaning therefore left the customer in place.",
      action:
        "Go to Customers with another number and move the work addresses to the new customer, or remove them in Simple-Simon. The next cleaning then removes the old customer by itself.",
    },
  },
  CUSTOMER_ADDRESSES_MOVED: {
    kind: "info",
    table: "customer",
    nl: { text: "{by} heeft {count} werkadres(sen) van klant {id} overgezet naar klant {to}.", action: "" },
    en: { text: "{by} moved {count} work address(es) of customer {id} to customer {to}.", action: "" },
  },
  ARTICLE_KEPT_IN_USE: {
    kind: "warning",
    table: "article",
    nl: {
      text: "Artikel {id} ({name}) hoort niet meer in Simple-Simon, maar staat nog op open werkbonnen ({workorders}). De schoonmaak heeft het artikel laten staan.",
      action:
        "Archiveer deze werkbonnen of kies er een ander artikel. De volgende schoonmaak verwijdert het artikel dan vanzelf.",
    },
    en: {
      text: "Article {id} ({name}) no longer belongs in Simple-Simon, but open workorders still use it ({workorders}). The cleaning left the article in place.",
      action:
        "Archive these workorders or choose another article on them. The next cleaning then removes the article by itself.",
    },
  },
  CLEANING_DONE: {
    kind: "info",
    table: "connection",
    nl: {
      text: "De schoonmaak is klaar. Verwijderd uit Simple-Simon: {customers} klanten en {articles} artikelen. Nog in gebruik en daarom gebleven: {kept}.",
      action: "",
    },
    en: {
      text: "The cleaning is done. Removed from Simple-Simon: {customers} customers and {articles} articles. Still in use and therefore kept: {kept}.",
      action: "",
    },
  },
  CUSTOMER_IN_ORDER: {
    kind: "info",
    table: "customer",
    nl: { text: "Klant {id} ({name}) is weer in orde; de eerdere waarschuwing is vervallen.", action: "" },
    en: {
      text: "Customer {id} ({name}) is in order again; the earlier warning no longer holds.",
      action: "",
    },
  },
  ARTICLE_IN_ORDER: {
    kind: "info",
    table: "article",
    nl: { text: "Artikel {id} ({name}) is weer in orde; de eerdere waarschuwing is vervallen.", action: "" },
    en: { text: "Article {id} ({name}) is in order again; the earlier warning no longer holds.", action: "" },
  },
  CUSTOMER_REMOVED_AFTER_USE: {
    kind: "info",
    table: "customer",
    nl: { text: "Klant {id} ({name}) is niet meer in gebruik en door de schoonmaak verwijderd.", action: "" },
    en: { text: "Customer {id} ({name}) is no longer in use and was removed by the cleaning.", action: "" },
  },
  ARTICLE_REMOVED_AFTER_USE: {
    kind: "info",
    table: "article",
    nl: {
      text: "Artikel {id} ({name}) is niet meer in gebruik en door de schoonmaak verwijderd.",
      action: "",
    },
    en: { text: "Article {id} ({name}) is no longer in use and was removed by the cleaning.", action: "" },
  },
  CUSTOMERS_EMPTIED: {
    kind: "info",
    table: "customer",
    nl: { text: "Alle {count} klanten zijn op verzoek van {by} uit Simple-Simon gewist.", action: "" },
    en: { text: "All {count} customers were removed from Simple-Simon at the request of {by}.", action: "" },
  },
  WORK_ADDRESSES_EMPTIED: {
    kind: "info",
    table: "workAddress",
    nl: {
      text: "Alle {count} werkadressen die in Simple-Simon waren gemaakt zijn op verzoek van {by} gewist.",
      action: "",
    },
    en: {
      text: "All {count} work addresses made in Simple-Simon were removed at the request of {by}.",
      action: "",
    },
  },
  ARTICLES_EMPTIED: {
    kind: "info",
    table: "article",
    nl: { text: "Alle {count} artikelen zijn op verzoek van {by} uit Simple-Simon gewist.", action: "" },
    en: { text: "All {count} articles were removed from Simple-Simon at the request of {by}.", action: "" },
  },
  WORKORDERS_EMPTIED: {
    kind: "info",
    table: "workorder",
    nl: {
      text: "Alle {count} werkbonnen zijn op verzoek van {by} uit Simple-Simon gewist; wat nog wachtte wordt niet meer verstuurd.",
      action: "",
    },
    en: {
      text: "All {count} workorders were removed from Simple-Simon at the request of {by}; what was still waiting is not sent any more.",
      action: "",
    },
  },
} as const;
