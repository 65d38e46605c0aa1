import type { Material, WorkAddress } from "../../../schemas/records.ts";
import type { WorkorderContent } from "./workorders.ts";

/** What the demo workorders are about. */
export type DemoChoice = {
  readonly customer: { readonly customerId: string; readonly name: string };
  readonly workAddress: WorkAddress | null;
  readonly materials: readonly Material[];
  /** Word that keeps a workorder from being sent (W9). */
  readonly filterWord: string;
};

/**
 * Four workorders, one for each outcome that people should see: an order with times and materials, an order with a long
 * text, one that is skipped for its filter word, one that is refused because it has no customer.
 */
export function demoWorkorders(choice: DemoChoice): readonly WorkorderContent[] {
  const forCustomer = {
    customerId: choice.customer.customerId,
    customerName: choice.customer.name,
    workAddress: choice.workAddress,
  };
  return [
    {
      ...forCustomer,
      description: "Cv-ketel nagekeken, expansievat vervangen en installatie bijgevuld.",
      travelMinutes: 15,
      workMinutes: 120,
      materials: choice.materials,
    },
    { ...forCustomer, description: LONG_TEXT, travelMinutes: 40, workMinutes: 95, materials: [] },
    {
      ...forCustomer,
      description: `Kraan in de keuken lekt opnieuw; kosteloos hersteld onder ${choice.filterWord}.`,
      travelMinutes: 20,
      workMinutes: 30,
      materials: [],
    },
    {
      customerId: null,
      customerName: "",
      workAddress: null,
      description: "Storing verholpen bij passant; klantgegevens volgen.",
      travelMinutes: 10,
      workMinutes: 25,
      materials: [],
    },
  ];
}

const LONG_TEXT = [
  "Jaarlijks onderhoud uitgevoerd aan de luchtbehandeling op het dak. 🔧",
  "Filters van de toevoer en de afvoer vervangen, V-snaren gecontroleerd en nagespannen, lagers gesmeerd en de condensafvoer " +
    "doorgespoeld. De klep van sectie 3 sluit niet helemaal: de servomotor loopt zwaar en maakt geluid bij het openen. " +
    "Besproken met de beheerder; die wil graag een prijsopgave voor een nieuwe motor, inclusief montage en inregelen.",
  "Let op: het dakluik klemt, neem een tweede persoon mee.",
].join("\n");
