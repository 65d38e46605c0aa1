/** A customer as `CustomerInfo` and `CustomerInfoList` show it. Dates are `d-M-yyyy` or `""`, discounts fractions 0..1. */
export type CustomerRow = Readonly<typeof TEXTS & typeof NUMBERS & typeof NULLABLE_NUMBERS & typeof FLAGS>;

const TEXTS = {
  customerId: "",
  shortName: "",
  name: "",
  customerStateId: "A",
  street1: "",
  street2: "",
  zipCode: "",
  city: "",
  countryId: "",
  telephone: "",
  mobilePhone: "",
  fax: "",
  email: "",
  homepage: "",
  contactPerson: "",
  languageId: "",
  currencyId: "",
  paymentConditionId: "30",
  vatNumber: "",
  vatVerificationDate: "",
  cocRegistration: "",
  cocCity: "",
  cocDate: "",
  creditSqueezeId: "0",
  pricelistId: "",
  deliveryConditionId: "",
  collectiveInvoiceSystemId: "",
  accountManagerId: "",
  revenueAccountId: "",
  purchaseOrganizationId: "",
  purchaseOrganizationMemberId: "",
  businessNumber: "",
  governmentDigitalId: "",
  intrastatTransactionTypeId: "",
  dateCreated: "",
  dateChanged: "",
};

const NUMBERS = {
  organizationId: 0,
  customerOrganizationId: 0,
  chargeVatTypeId: 1,
  creditLimit: 0,
  discountPercentage: 0,
  customerGroupId: 0,
};

const NULLABLE_NUMBERS: Readonly<Record<NullableNumber, number | null>> = {
  vatScenarioId: null,
  intrastatGoodsCodeId: null,
  intrastatGoodsDistributionId: null,
  intrastatStatSystemId: null,
  intrastatTrafficRegionId: null,
  intrastatTransportTypeId: null,
};

type NullableNumber =
  | "vatScenarioId"
  | "intrastatGoodsCodeId"
  | "intrastatGoodsDistributionId"
  | "intrastatStatSystemId"
  | "intrastatTrafficRegionId"
  | "intrastatTransportTypeId";

const FLAGS = {
  applyOrderSurcharge: false,
  combineInvoicesForElectronicBanking: false,
  includeVatOnOrderByDefault: false,
  invoiceOnBehalfOfMembers: false,
  isDunForPayment: true,
  isInFactoring: false,
  isPaymentRefRequired: false,
  isPurchaseOrganization: false,
  printPurchaseDetails: false,
  usesUBLInvoice: false,
};

/** A customer with the defaults of the API: active, 30 days, VAT charged; every text empty. */
export const BLANK_CUSTOMER: CustomerRow = { ...TEXTS, ...NUMBERS, ...NULLABLE_NUMBERS, ...FLAGS };
