/** An address of an organisation, as `AddressInfoList` shows it. */
export type AddressRow = Readonly<typeof BLANK>;

const BLANK = {
  addressGuid: "",
  addressId: 0,
  addressType: 1,
  organizationId: 0,
  name: "",
  contactPerson: "",
  street1: "",
  street2: "",
  zipCode: "",
  city: "",
  countryId: "",
  languageId: "",
  telephone: "",
  fax: "",
  email: "",
  fullAddress: "",
};

/** An empty address. */
export const BLANK_ADDRESS: AddressRow = BLANK;

/** `addressType`. */
export const ADDRESS_TYPE = { delivery: 0, invoice: 1, person: 2 } as const;

/** The printed form of an address: its lines, without the empty ones, with `\r\n` between them as the API writes them. */
export function fullAddress(
  address: Readonly<Pick<AddressRow, "name" | "street1" | "street2" | "zipCode" | "city">>,
): string {
  const place = `${address.zipCode}  ${address.city}`.trim();
  return [address.name, address.street1, address.street2, place].filter((line) => line !== "").join("\r\n");
}
