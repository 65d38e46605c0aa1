import { fieldsOf } from "../odata/odata-fields.ts";
import { listJson } from "../odata/odata-list.ts";
import { jsonAnswer, refusal } from "../request/answer.ts";
import type { Resource, ResourceRequest } from "../request/resource-request.ts";
import { BLANK_PRODUCT, type ProductRow } from "../rows/product-row.ts";

const FIELDS = fieldsOf(BLANK_PRODUCT);
const COLLECTIONS = ["components", "productDescriptions", "productSuppliers", "stocks"];
const OWN_PARAMETERS = ["productId", "shortName", "description", "productGroupId"] as const;
const PROJECT_ENTRY_TYPES = [
  "None",
  "All",
  "OtherAndSubcontractor",
  "Other",
  "Materials",
  "Subcontractor",
  "Hours",
];

/** `ProductInfoList`: all articles, flat; its own parameters narrow it to rows with exactly that value. */
export const productInfoList: Resource = ({ administration, rest, query, maximumPageSize }) => {
  if (rest.length > 0) return null;
  const wanted = OWN_PARAMETERS.flatMap((name) => {
    const value = parameter(query, name);
    return value === null || value === "" ? [] : [(row: ProductRow) => row[name] === value];
  });
  const everything = {
    rows: administration.products.values(),
    fields: FIELDS,
    idField: "ProductId",
    byId: administration.productsById,
  };
  const passes = (row: ProductRow) => wanted.every((test) => test(row));
  const source =
    wanted.length === 0
      ? everything
      : { rows: [...administration.products.values()].filter(passes), fields: FIELDS };
  return jsonAnswer(listJson(source, query, maximumPageSize));
};

/** `ProductInfo/{productId}`: one article, flat. */
export const productInfo: Resource = (request) => withProduct(request, (row) => row);

/** `Product/{productId}`: one article, with everything that can be edited; its prices have other names here. */
export const product: Resource = (request) =>
  withProduct(request, ({ priceExclVat, priceInclVat, projectEntryType, ...fields }) => ({
    ...fields,
    priceVatExcl: priceExclVat,
    priceVatIncl: priceInclVat,
    projectEntryType: Math.max(0, PROJECT_ENTRY_TYPES.indexOf(projectEntryType)),
    currentStock: fields.technicalStock,
    minStock: 0,
    maxStock: 0,
    margin: 0,
    additionalUnits: 0,
    constellationNotition: "",
    productDiscountGroupId: "",
    publishOnWeb: false,
    purchaseOrderCount: 0,
    stockTransactionCount: 0,
    preferredProductSupplier: null,
    ...collections(request.query),
    customProperties: { "ARTIKEL.MERK": "" },
    messages: [],
    canChange: true,
    cannotChangeReason: "",
  }));

function collections(query: URLSearchParams): Readonly<Record<string, [] | null>> {
  const expanded = (query.get("$expand") ?? "").toLowerCase().split(",");
  return Object.fromEntries(
    COLLECTIONS.map((name) => [name, expanded.includes(name.toLowerCase()) ? [] : null]),
  );
}

function parameter(query: URLSearchParams, name: string): string | null {
  for (const [key, value] of query) if (key.toLowerCase() === name.toLowerCase()) return value;
  return null;
}

function withProduct({ administration, rest }: ResourceRequest, view: (row: ProductRow) => object) {
  const [productId, ...more] = rest;
  if (productId === undefined || more.length > 0) return null;
  const row = administration.products.get(productId);
  return row === undefined ? refusal(`Artikel ${productId} bestaat niet.`, 404) : jsonAnswer(view(row));
}
