import type { Page, PageTenant } from "../page/page.ts";

/** What every page of the activation is made from. */
export type WizardPage = Omit<Page, "title" | "content"> & { readonly tenant: PageTenant };
