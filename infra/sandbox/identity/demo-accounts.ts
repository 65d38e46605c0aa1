/** A person who can sign in at the sandbox's provider. */
export type DemoAccount = {
  /** User name, and the subject of the ID token. */
  readonly user: string;
  readonly name: string;
  readonly role: "user" | "operator";
  /** null for an operator. */
  readonly tenant: { readonly tenantId: string; readonly name: string } | null;
};

/** Everybody's password. */
export const DEMO_PASSWORD = "demo";

/** One person for each demo administration, and an operator of all. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { user: "anja", name: "Anja Bos", role: "user", tenant: { tenantId: "bos", name: "Garage Bos" } },
  {
    user: "linda",
    name: "Linda van der Linde",
    role: "user",
    tenant: { tenantId: "linde", name: "Installatiebedrijf De Linde B.V." },
  },
  {
    user: "noor",
    name: "Noor Noordhof",
    role: "user",
    tenant: { tenantId: "noord", name: "Technische Groothandel Noord B.V." },
  },
  // Not activated yet: to try the activation.
  {
    user: "vera",
    name: "Vera Vos",
    role: "user",
    tenant: { tenantId: "vos", name: "Installatiebedrijf Vos" },
  },
  { user: "beheer", name: "Bea Heer", role: "operator", tenant: null },
];

/** The account of these credentials; null when there is none. */
export function accountOf(user: string, password: string): DemoAccount | null {
  if (password !== DEMO_PASSWORD) return null;
  return DEMO_ACCOUNTS.find((account) => account.user === user.trim().toLowerCase()) ?? null;
}
