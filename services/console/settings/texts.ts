import { texts } from "../page/texts.ts";
import type { SettingsField } from "./domain/settings-draft.ts";

type FieldText = { readonly label: string; readonly hint: string };
type FieldTexts = Readonly<Record<SettingsField, FieldText>>;

const fieldsNl: FieldTexts = {
  administration: {
    label: "Administratie in Unit4",
    hint: "Hier komen uw klanten en artikelen vandaan, en hier komen de orders.",
  },
  travelArticle: {
    label: "Artikel voor reistijd",
    hint: "Reistijd wordt in uren op dit artikel geboekt: 15 minuten is 0,25. Leeg: reistijd komt niet op de order.",
  },
  workArticle: {
    label: "Artikel voor werktijd",
    hint: "Werktijd wordt in uren op dit artikel geboekt: 120 minuten is 2. Leeg: werktijd komt niet op de order.",
  },
  standardArticle: {
    label: "Vast artikel op elke order",
    hint: "Bijvoorbeeld voorrijkosten: komt één keer op elke order. Leeg: geen vast artikel.",
  },
  articleGroups: {
    label: "Artikelgroepen die overkomen",
    hint: "Eén naam per regel, precies zoals in Unit4; hoofdletters tellen mee. Leeg: alle groepen.",
  },
  standardArticleAlone: {
    label: "Order voor alleen het vaste artikel",
    hint: "Wat er gebeurt met een werkbon zonder tijd en zonder artikelen: nee, die wordt niet verstuurd; ja, er komt een order met alleen het vaste artikel.",
  },
  articleTypes: {
    label: "Soorten artikelen die overkomen",
    hint: "Een artikel komt alleen over als zijn groep én zijn soort zijn gekozen.",
  },
  firstWorkAddress: {
    label: "Eerste werkadres van een klant",
    hint: "Het factuuradres, of het standaardadres van de klant. Zonder factuuradres is het altijd het standaardadres.",
  },
  descriptionOnOrder: {
    label: "Werkomschrijving op de order",
    hint: "De werkomschrijving staat dan als tekst op de order en op de factuur.",
  },
  remarks: {
    label: "Wat er bij Opmerkingen komt",
    hint: "Zo ziet u in Unit4 waar en wat er is gewerkt.",
  },
  memoField: {
    label: "Memoveld voor de opmerkingen",
    hint: "Een memoveld dat uw administratie op verkooporders heeft. Leeg: de opmerkingen worden tekstregels.",
  },
  filterWord: {
    label: "Filterwoord",
    hint: "Een werkbon met dit woord in de werkomschrijving wordt niet verstuurd, bijvoorbeeld: garantie. Leeg: alles wordt verstuurd.",
  },
};

const fieldsEn: FieldTexts = {
  administration: {
    label: "Administration in Unit4",
    hint: "Your customers and articles come from here, and the orders go here.",
  },
  travelArticle: {
    label: "Article for travel time",
    hint: "Travel time is booked in hours on this article: 15 minutes is 0.25. Empty: travel time is not on the order.",
  },
  workArticle: {
    label: "Article for work time",
    hint: "Work time is booked in hours on this article: 120 minutes is 2. Empty: work time is not on the order.",
  },
  standardArticle: {
    label: "Standard article on each order",
    hint: "Call-out costs, for instance: once on every order. Empty: none.",
  },
  articleGroups: {
    label: "Article groups that come over",
    hint: "One name a line, exactly as in Unit4; capitals count. Empty: all groups.",
  },
  standardArticleAlone: {
    label: "Order for the standard article alone",
    hint: "What happens to a workorder without time and without articles: no, it is not sent; yes, it becomes an order with the standard article alone.",
  },
  articleTypes: {
    label: "Article types that come over",
    hint: "An article comes over only if its group and its type are both chosen.",
  },
  firstWorkAddress: {
    label: "First work address of a customer",
    hint: "The invoice address, or the customer's standard address. Without an invoice address it is always the standard one.",
  },
  descriptionOnOrder: {
    label: "Work description on the order",
    hint: "The work description then stands as text on the order and the invoice.",
  },
  remarks: {
    label: "What goes under Remarks",
    hint: "So you see in Unit4 where the work was and what was done.",
  },
  memoField: {
    label: "Memo field for the remarks",
    hint: "A memo field that your administration has on sales orders. Empty: the remarks become text lines.",
  },
  filterWord: {
    label: "Filter word",
    hint: "A workorder with this word in its work description is not sent, for instance: warranty. Empty: everything is sent.",
  },
};

export const SETTINGS = texts(
  {
    title: "Instellingen",
    fields: fieldsNl,
    groups: {
      administration: "Administratie",
      hours: "Wat er op elke order komt",
      articles: "Wat er overkomt naar Simon",
      remarks: "Tekst op de order",
      filter: "Welke werkbonnen niet",
    },
    types: [
      "Niet-voorraadartikel",
      "Tekstartikel",
      "Voorraadartikel",
      "Samengesteld artikel",
      "Assemblageartikel",
    ],
    remarks: {
      none: "Niets",
      workAddress: "Het werkadres",
      description: "De werkomschrijving",
      both: "Werkadres en werkomschrijving",
    },
    firstAddress: { invoice: "Factuuradres", standard: "Standaardadres" },
    yes: "Ja",
    no: "Nee",
    check: "Controleer",
    checkAll: "Alles controleren",
    checkedAt: "gecontroleerd",
    notChecked: "nog niet gecontroleerd",
    states: { ok: "goed", warning: "let op", error: "fout", unchecked: "niet gecontroleerd" },
    choose: "Kies een administratie",
    typeAdministration: "De lijst is nu niet op te halen; u kunt de code typen, bijvoorbeeld MVL00042.",
    unknownChoice: "niet in de lijst",
    save: "Opslaan",
    saveNext: "Verder naar de proefrit",
    saveHint:
      "Opslaan kan zodra alles is gecontroleerd en goed is. Wijzigt u iets, controleer dan alles opnieuw.",
    drop: "Wijzigingen weggooien",
    draftBy: "Niet opgeslagen wijzigingen van",
    connectFirst: "Koppel eerst met Unit4, dan kunt u hier kiezen en controleren.",
    connect: "Koppelen",
    reconnect: "Opnieuw koppelen",
    reviewTitle: "Wijzigingen opslaan",
    review:
      "Dit verandert er. Het geldt vanaf het moment van opslaan, niet voor werkbonnen die al zijn gearchiveerd.",
    nothing: "Er verandert niets ten opzichte van wat nu geldt.",
    setting: "Instelling",
    from: "Was",
    to: "Wordt",
    empty: "leeg",
    back: "Terug naar de instellingen",
    saved: "Opgeslagen. De nieuwe instellingen gelden vanaf nu.",
    meanwhile:
      "Iemand anders heeft intussen andere instellingen opgeslagen. Hieronder staat wat er verschilt met uw wijzigingen. Gooi uw wijzigingen weg en begin opnieuw met wat nu geldt.",
    notAll: "Nog niet alles is gecontroleerd en goed:",
    versions: "Eerdere versies",
    version: "Versie",
    when: "Opgeslagen",
    who: "Door",
    what: "Wat er veranderde",
    first: "eerste versie",
    suggestions: "Begin te typen en kies een artikel uit de lijst.",
    groupsInUnit4: "Groepen in Unit4",
    groupsAway: "De groepen zijn nu niet op te halen; u kunt de namen wel typen.",
  },
  {
    title: "Settings",
    fields: fieldsEn,
    groups: {
      administration: "Administration",
      hours: "What goes on each order",
      articles: "What comes over to Simon",
      remarks: "Text on the order",
      filter: "Which workorders are not sent",
    },
    types: ["Non-stock article", "Text article", "Stock article", "Composed article", "Assembly article"],
    remarks: {
      none: "Nothing",
      workAddress: "The work address",
      description: "The work description",
      both: "Work address and work description",
    },
    firstAddress: { invoice: "Invoice address", standard: "Standard address" },
    yes: "Yes",
    no: "No",
    check: "Check",
    checkAll: "Check everything",
    checkedAt: "checked",
    notChecked: "not checked yet",
    states: { ok: "good", warning: "note", error: "wrong", unchecked: "not checked" },
    choose: "Choose an administration",
    typeAdministration: "The list cannot be fetched now; you can type the code, for instance MVL00042.",
    unknownChoice: "not in the list",
    save: "Save",
    saveNext: "On to the rehearsal",
    saveHint:
      "You can save once everything was checked and is good. If you change anything, check everything again.",
    drop: "Drop changes",
    draftBy: "Unsaved changes by",
    connectFirst: "Connect to Unit4 first; then you can choose and check here.",
    connect: "Connect",
    reconnect: "Connect again",
    reviewTitle: "Save changes",
    review:
      "This is what changes. It counts from the moment of saving, not for workorders that were archived before.",
    nothing: "Nothing differs from what is in force.",
    setting: "Setting",
    from: "Was",
    to: "Becomes",
    empty: "empty",
    back: "Back to the settings",
    saved: "Saved. The new settings count from now.",
    meanwhile:
      "Somebody else saved other settings meanwhile. Below is what differs from your changes. Drop your changes and begin again with what is in force.",
    notAll: "Not everything was checked and is good yet:",
    versions: "Earlier versions",
    version: "Version",
    when: "Saved",
    who: "By",
    what: "What changed",
    first: "first version",
    suggestions: "Begin to type and choose an article from the list.",
    groupsInUnit4: "Groups in Unit4",
    groupsAway: "The groups cannot be fetched now; you can still type the names.",
  },
);
