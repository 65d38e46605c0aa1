import type { AdministrationOptions } from "./administration.ts";

const LOGIN = { portalPassword: "demo", multiversUser: "SYSTEEM", multiversPassword: "" };

/** One administration of each size, each with its own portal user; the local start activates a tenant for each. */
export const ACTIVATED_ADMINISTRATIONS: readonly AdministrationOptions[] = [
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

/** Left for a person who tries the activation. */
const FREE_ADMINISTRATION: AdministrationOptions = {
  ...LOGIN,
  database: "MVL00108",
  name: "Installatiebedrijf Vos",
  portalUser: "vos",
  size: "small",
};

/** The administrations of the local stack. */
export const DEMO_ADMINISTRATIONS: readonly AdministrationOptions[] = [
  ...ACTIVATED_ADMINISTRATIONS,
  FREE_ADMINISTRATION,
];
