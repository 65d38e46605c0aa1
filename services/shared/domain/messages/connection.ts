/** Messages about the connection with Unit4 and about the pipeline itself. */
export const CONNECTION_MESSAGES = {
  UNIT4_UNAVAILABLE: {
    kind: "warning",
    table: "connection",
    nl: {
      text: "Unit4 is tijdelijk niet bruikbaar ({reason}). We proberen het vanzelf opnieuw.",
      action:
        "U hoeft niets te doen. Duurt het langer dan een uur, controleer dan of u zelf in Unit4 kunt inloggen.",
    },
    en: {
      text: "Unit4 cannot be used for the moment ({reason}). We try again by ourselves.",
      action:
        "Nothing to do. If it lasts longer than an hour, check whether you can log in to Unit4 yourself.",
    },
  },
  UNIT4_CERTIFICATE_REFUSED: {
    kind: "warning",
    table: "connection",
    nl: {
      text: "Het beveiligingscertificaat van Unit4 is verlopen of ongeldig ({reason}). Voor de zekerheid sturen we er niets naartoe.",
      action:
        "U hoeft niets te doen: onze beheerders zijn gewaarschuwd. Wijzigingen en orders komen vanzelf zodra het in orde is.",
    },
    en: {
      text: "The security certificate of Unit4 has expired or is not valid ({reason}). To be safe we send nothing there.",
      action:
        "Nothing to do: our operators have been warned. Changes and orders follow by themselves once it is in order.",
    },
  },
  UNIT4_AVAILABLE: {
    kind: "info",
    table: "connection",
    nl: { text: "Unit4 is weer bereikbaar; de synchronisatie loopt door.", action: "" },
    en: { text: "Unit4 can be reached again; synchronisation continues.", action: "" },
  },
  UNIT4_ASKED_TO_WAIT: {
    kind: "warning",
    table: "connection",
    nl: {
      text: "Unit4 vraagt om tot {until} geen gegevens op te vragen. Daarna gaan we vanzelf verder.",
      action: "U hoeft niets te doen; wijzigingen en orders komen na dat tijdstip.",
    },
    en: {
      text: "Unit4 asks for no requests until {until}. After that we continue by ourselves.",
      action: "Nothing to do; changes and orders follow after that time.",
    },
  },
  CONNECTION_REVOKED: {
    kind: "error",
    table: "connection",
    nl: {
      text: "Unit4 accepteert de koppeling niet meer: de toestemming is verlopen of ingetrokken.",
      action:
        "Koppel opnieuw: ga naar Integraties, Unit4, en klik op Koppel. Wachtende orders gaan daarna vanzelf mee.",
    },
    en: {
      text: "Unit4 no longer accepts the connection: the consent has expired or was withdrawn.",
      action:
        "Connect again: go to Integrations, Unit4, and click Connect. Waiting orders then follow by themselves.",
    },
  },
  CONNECTION_RESTORED: {
    kind: "info",
    table: "connection",
    nl: { text: "De koppeling met Unit4 werkt weer.", action: "" },
    en: { text: "The connection with Unit4 works again.", action: "" },
  },
  CONNECTION_CLIENT_REFUSED: {
    kind: "warning",
    table: "connection",
    nl: {
      text: "Unit4 weigert onze toegang als leverancier. Dat ligt niet aan uw gegevens; onze beheerders zijn gewaarschuwd.",
      action: "U hoeft niets te doen.",
    },
    en: {
      text: "Unit4 refuses our access as a vendor. Your own data are not the cause; our operators have been warned.",
      action: "Nothing to do.",
    },
  },
  ADMINISTRATION_FORBIDDEN: {
    kind: "error",
    table: "connection",
    nl: {
      text: "De Unit4-gebruiker van de koppeling heeft geen rechten (meer) op administratie {administration}.",
      action:
        "Geef de gebruiker in Unit4 rechten op deze administratie, of koppel opnieuw met een andere gebruiker.",
    },
    en: {
      text: "The Unit4 user of the connection has no rights (any more) on administration {administration}.",
      action: "Give the user rights on this administration in Unit4, or connect again as another user.",
    },
  },
  RECORD_SET_ASIDE: {
    kind: "error",
    table: "connection",
    nl: {
      text: "Een gegeven kon niet worden verwerkt en is apart gezet ({reason}; {position}).",
      action: "Meld dit bij de helpdesk van Simple-Simon en noem daarbij de tekst tussen haakjes.",
    },
    en: {
      text: "A record could not be processed and was set aside ({reason}; {position}).",
      action: "Report this to the Simple-Simon help desk and quote the text between brackets.",
    },
  },
  RECORD_PROCESSED: {
    kind: "info",
    table: "connection",
    nl: { text: "Een gegeven dat apart was gezet, is alsnog verwerkt ({position}).", action: "" },
    en: { text: "A record that was set aside has been processed after all ({position}).", action: "" },
  },
  RECORD_DISCARDED: {
    kind: "info",
    table: "connection",
    nl: { text: "Een gegeven dat apart was gezet, wordt niet meer verwerkt ({position}).", action: "" },
    en: { text: "A record that was set aside will not be processed any more ({position}).", action: "" },
  },
} as const;
