import { texts } from "../page/texts.ts";

export const RENUMBERED = texts(
  {
    title: "Klanten met een ander nummer",
    why: "Deze klanten zijn in Unit4 verwijderd of inactief, maar hun organisatie staat er nog onder een ander nummer. Hun werkadressen zijn in Simple-Simon met de hand gemaakt en staan nergens anders. De schoonmaak laat de klant staan zolang hij werkadressen heeft; er wordt niets vanzelf verplaatst. Wat u niet meer nodig hebt, verwijdert u in Simple-Simon.",
    addresses: "Werkadressen:",
    move: (customer: string) => `Zet over naar ${customer}`,
    moved: (count: string) => `${count} werkadres(sen) overgezet.`,
    notMoved:
      "Er is niets overgezet: er waren geen werkadressen meer, of de klant is intussen gewijzigd. Kijk hieronder hoe het nu staat.",
    none: "Er zijn geen werkadressen van klanten met een ander nummer.",
    toLog: "Meldingen over klanten",
  },
  {
    title: "Customers with another number",
    why: "These customers were deleted or made inactive in Unit4, but their organisation is still there under another number. Their work addresses were made by hand in Simple-Simon and are nowhere else. The cleaning leaves the customer in place as long as it has work addresses; nothing is moved by itself. What you no longer need, you remove in Simple-Simon.",
    addresses: "Work addresses:",
    move: (customer: string) => `Move to ${customer}`,
    moved: (count: string) => `${count} work address(es) moved.`,
    notMoved:
      "Nothing was moved: there were no work addresses any more, or the customer has changed meanwhile. See below how things are now.",
    none: "There are no work addresses of customers with another number.",
    toLog: "Messages about customers",
  },
);
