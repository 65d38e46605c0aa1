/** What a request that is not let in is told. */
export type RefusalCode =
  | "SIGN_IN_FIRST"
  | "NOT_FOUND"
  | "FORM_TOO_OLD"
  | "FOREIGN_SITE"
  | "TOO_MANY_REQUESTS"
  | "INPUT_INVALID"
  | "KEY_INVALID"
  | "SIGN_IN_FAILED"
  | "NOBODY_KNOWS_YOU"
  | "ACCOUNT_BLOCKED";

const STATUS: Readonly<Record<RefusalCode, number>> = {
  SIGN_IN_FIRST: 401,
  NOT_FOUND: 404,
  FORM_TOO_OLD: 403,
  FOREIGN_SITE: 403,
  TOO_MANY_REQUESTS: 429,
  INPUT_INVALID: 400,
  KEY_INVALID: 401,
  SIGN_IN_FAILED: 400,
  NOBODY_KNOWS_YOU: 403,
  ACCOUNT_BLOCKED: 403,
};

/** Ends a request that may not go on; the error handler shows it in words (ui/refusal-texts.ts). */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly statusCode: number;

  constructor(code: RefusalCode, detail = "") {
    super(detail === "" ? code : `${code}: ${detail}`);
    this.code = code;
    this.statusCode = STATUS[code];
  }
}
