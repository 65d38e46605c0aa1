/** What a request that is not let in is told. */
export type RefusalCode =
  | "SIGN_IN_FIRST"
  | "SIGN_IN_AGAIN"
  | "NOT_FOUND"
  | "FORM_TOO_OLD"
  | "FOREIGN_SITE"
  | "TOO_MANY_REQUESTS"
  | "CHECKS_BUSY"
  | "EXPORTS_BUSY"
  | "INPUT_INVALID"
  | "KEY_INVALID"
  | "KEY_SCOPE"
  | "SIGN_IN_FAILED"
  | "NOBODY_KNOWS_YOU"
  | "ACCOUNT_BLOCKED";

/** What a refusal may be a sign of: somebody tries a door that is not theirs. */
export const SIGNS = [
  "wrong_key",
  "key_scope",
  "foreign_tenant",
  "operator_page",
  "unknown_session",
  "foreign_form",
  "foreign_site",
  "too_many_requests",
] as const;
export type Sign = (typeof SIGNS)[number];

const SIGN_OF: Readonly<Partial<Record<RefusalCode, Sign>>> = {
  KEY_INVALID: "wrong_key",
  KEY_SCOPE: "key_scope",
  FORM_TOO_OLD: "foreign_form",
  FOREIGN_SITE: "foreign_site",
  TOO_MANY_REQUESTS: "too_many_requests",
  CHECKS_BUSY: "too_many_requests",
  EXPORTS_BUSY: "too_many_requests",
};

const STATUS: Readonly<Record<RefusalCode, number>> = {
  SIGN_IN_FIRST: 401,
  SIGN_IN_AGAIN: 403,
  NOT_FOUND: 404,
  FORM_TOO_OLD: 403,
  FOREIGN_SITE: 403,
  TOO_MANY_REQUESTS: 429,
  CHECKS_BUSY: 429,
  EXPORTS_BUSY: 429,
  INPUT_INVALID: 400,
  KEY_INVALID: 401,
  KEY_SCOPE: 403,
  SIGN_IN_FAILED: 400,
  NOBODY_KNOWS_YOU: 403,
  ACCOUNT_BLOCKED: 403,
};

/** Ends a request that may not go on; the error handler shows it in words (page/error-texts.ts). */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly statusCode: number;
  /** null where it is a sign of nothing. */
  readonly sign: Sign | null;

  constructor(code: RefusalCode, sign: Sign | null = SIGN_OF[code] ?? null) {
    super(code);
    this.code = code;
    this.sign = sign;
    this.statusCode = STATUS[code];
  }
}
