import { texts } from "../page/texts.ts";

/** Texts of the report about what was erased. */
export const ERASING = texts(
  {
    title: "Wat er waar is gewist",
    about:
      "Namen, adressen en omschrijvingen zijn weg of onleesbaar. Wat blijft zijn nummers, tijden en controlegetallen: daarmee voorkomen we dat een werkbon een tweede order wordt.",
    place: "Plaats",
    what: "Wat er is gedaan",
    count: "Aantal",
    goneBy: "Weg op zijn laatst",
    now: "nu",
    done: {
      removed: "verwijderd",
      erased: "namen en teksten gewist",
      kept: "bevat alleen nummers, tijden en controlegetallen",
      compacted: "wordt gewist bij het opruimen van de wachtrij",
      expires: "verloopt vanzelf",
    },
  },
  {
    title: "What was erased where",
    about:
      "Names, addresses and descriptions are gone or unreadable. What stays are numbers, times and checksums: with them we prevent a workorder from becoming a second order.",
    place: "Place",
    what: "What was done",
    count: "Number",
    goneBy: "Gone by",
    now: "now",
    done: {
      removed: "removed",
      erased: "names and texts erased",
      kept: "holds numbers, times and checksums only",
      compacted: "goes when the topic is compacted",
      expires: "expires by itself",
    },
  },
);
