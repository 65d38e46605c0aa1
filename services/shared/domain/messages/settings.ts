/** Messages of the nightly look whether the settings still fit Unit4. `setting` is the setting's name in words. */
export const SETTINGS_MESSAGES = {
  SETTINGS_ARTICLE_GONE: {
    kind: "warning",
    table: "settings",
    nl: {
      text: "Artikel {id}, dat bij de instelling “{setting}” is gekozen, bestaat niet meer in Unit4. Werkbonnen die het nodig hebben worden geweigerd.",
      action:
        "Kies bij Integraties, Unit4, Instellingen een ander artikel, of maak het artikel in Unit4 opnieuw aan.",
    },
    en: {
      text: "Article {id}, which was chosen for the setting “{setting}”, no longer exists in Unit4. Workorders that need it are refused.",
      action:
        "Choose another article under Integrations, Unit4, Settings, or create the article in Unit4 again.",
    },
  },
  SETTINGS_ARTICLE_INACTIVE: {
    kind: "warning",
    table: "settings",
    nl: {
      text: "Artikel {id} ({name}), dat bij de instelling “{setting}” is gekozen, is in Unit4 niet meer te gebruiken.",
      action:
        "Kies bij Integraties, Unit4, Instellingen een ander artikel, of zet het artikel in Unit4 weer op actief.",
    },
    en: {
      text: "Article {id} ({name}), which was chosen for the setting “{setting}”, can no longer be used in Unit4.",
      action:
        "Choose another article under Integrations, Unit4, Settings, or make the article active in Unit4 again.",
    },
  },
  SETTINGS_GROUP_UNKNOWN: {
    kind: "warning",
    table: "settings",
    nl: {
      text: "Artikelgroep “{name}” uit de instellingen bestaat in Unit4 niet (meer) onder die naam. De artikelen die al over waren blijven staan.",
      action:
        "Controleer bij Integraties, Unit4, Instellingen de artikelgroepen en neem de naam uit Unit4 precies over.",
    },
    en: {
      text: "Article group “{name}” of the settings does not exist in Unit4 under that name (any more). Articles that had come over stay.",
      action:
        "Check the article groups under Integrations, Unit4, Settings, and copy the name from Unit4 exactly.",
    },
  },
  SETTINGS_MEMO_FIELD_GONE: {
    kind: "warning",
    table: "settings",
    nl: {
      text: "Het memoveld “{name}”, waarin de opmerkingen komen, bestaat niet meer op de verkooporders in Unit4.",
      action: "Kies bij Integraties, Unit4, Instellingen een ander memoveld of laat het leeg.",
    },
    en: {
      text: "The memo field “{name}”, which takes the remarks, no longer exists on sales orders in Unit4.",
      action: "Choose another memo field under Integrations, Unit4, Settings, or leave it empty.",
    },
  },
  SETTINGS_RIGHT_AGAIN: {
    kind: "info",
    table: "settings",
    nl: { text: "De instelling “{setting}” klopt weer met Unit4.", action: "" },
    en: { text: "The setting “{setting}” fits Unit4 again.", action: "" },
  },
} as const;
