import type { AdministrationOptions } from "./administration.ts";

const LOGIN = { portalPassword: "demo", multiversUser: "SYSTEEM", multiversPassword: "" };

/** The administrations of the local stack: one of each size, each with its own portal user. */
export const DEMO_ADMINISTRATIONS: readonly AdministrationOptions[] = [
  {
    ...LOGIN,
    database: "MVL00042",
    name: "Installatiebedrijf De Linde B.V.",
    portalUser: "linde",
    size: "normal",
  },
  { ...LOGIN, database: "MVL00077", name: "Garage Bos", portalUser: "bos", size: "small" },
  {
    ...LOGIN,
    database: "MVL01001",
    name: "Technische Groothandel Noord B.V.",
    portalUser: "noord",
    size: "large",
  },
];
