/** An article as `ProductInfo` and `ProductInfoList` show it. Dates are `d-M-yyyy` or `""`, prices euros. */
export type ProductRow = Readonly<typeof BLANK>;

const BLANK = {
  productId: "",
  shortName: "",
  description: "",
  productGroupId: "",
  productType: 0,
  productState: 0,
  unit: "st",
  quantityScale: 2,
  priceExclVat: 0,
  priceInclVat: 0,
  pricePer: 1,
  vatCodeId: 1,
  eanCode: "",
  weight: 0,
  technicalStock: 0,
  stockTransferPrice: 0,
  accountId: "8000",
  discountAccountId: "",
  coverageAccountId: "",
  intrastatCode: 0,
  dateCreated: "",
  lastUpdate: "",
  printOnInvoice: true,
  printOnQuote: true,
  printOnShippingOrder: true,
  printOnWarehouseOrder: true,
  projectEntryType: "None",
  projectSurcharge: 0,
  purchaseOrderSequenceNumber: 0,
};

/** An article with the defaults of the API: active, not in stock, high VAT, per piece; every text empty. */
export const BLANK_PRODUCT: ProductRow = BLANK;

/** `productState`; other values (a 9 was seen in the wild) stand for nothing known. */
export const PRODUCT_STATE = { active: 0, passive: 1, expiring: 2 } as const;

/** `productType`. */
export const PRODUCT_TYPE = { nonStock: 0, text: 1, stock: 2, constellation: 3, assembly: 4 } as const;
