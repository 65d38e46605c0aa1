import type { Administration } from "../administration/administration.ts";
import { BLANK_PRODUCT } from "../rows/product-row.ts";
import { enteredProduct } from "../site/site-forms.ts";
import { siteUrl } from "../site/site-page.ts";
import type { FormOutcome, SiteRequest, SiteRoutes } from "../site/site-request.ts";
import { newProductPage, productPage, productsPage } from "./product-pages.ts";

/** The pages and forms for articles. */
export function addProductRoutes({ page, form }: SiteRoutes): void {
  page("products", ({ administration, ...list }) => productsPage(administration, list));
  page("products/new", ({ administration }) => newProductPage(administration, BLANK_PRODUCT, {}));
  page("products/one", ({ administration, id, done }) => {
    const row = administration.products.get(id);
    return row === undefined ? null : productPage(administration, row, { done });
  });
  form("products/new", add);
  form("products/change", change);
  form("products/delete", ({ administration, id }) =>
    administration.deleteProduct(id)
      ? { kind: "go", to: siteUrl(administration.database, "products", { done: "deleted" }) }
      : { kind: "missing" },
  );
}

function add({ administration, form }: SiteRequest): FormOutcome {
  const productId = (form.get("productId") ?? "").trim().slice(0, 14);
  const entered = enteredProduct(form);
  const fault =
    newIdFault(administration, productId) ?? (entered.kind === "fault" ? entered.fault : undefined);
  if (entered.kind === "fault" || fault !== undefined) {
    const fields =
      entered.kind === "fields" ? entered.fields : { description: form.get("description") ?? "" };
    return {
      kind: "show",
      markup: newProductPage(administration, { ...BLANK_PRODUCT, ...fields, productId }, { fault }),
    };
  }
  administration.putProduct({ ...entered.fields, productId });
  return toProduct(administration, productId, "added");
}

function newIdFault({ products }: Administration, productId: string): string | undefined {
  if (productId === "") return "Vul een code in.";
  return products.has(productId) ? `Artikel ${productId} bestaat al.` : undefined;
}

function change({ administration, id, form }: SiteRequest): FormOutcome {
  const row = administration.products.get(id);
  if (row === undefined) return { kind: "missing" };
  const entered = enteredProduct(form);
  if (entered.kind === "fault")
    return { kind: "show", markup: productPage(administration, row, { fault: entered.fault }) };
  administration.patchProduct(id, entered.fields);
  return toProduct(administration, id, "saved");
}

function toProduct({ database }: Administration, id: string, done: string): FormOutcome {
  return { kind: "go", to: siteUrl(database, "products/one", { id, done }) };
}
