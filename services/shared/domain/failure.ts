/** Codes of errors that this project throws; one list, so that nothing reacts to a text. */
export type FailureCode =
  | "CONFIG_INVALID"
  | "KAFKA_UNAVAILABLE"
  | "KAFKA_ACCESS_REFUSED"
  | "RECORD_TOO_LARGE"
  | "REGISTRY_UNAVAILABLE"
  | "REGISTRY_ACCESS_REFUSED"
  | "SCHEMA_NOT_REGISTERED"
  | "SCHEMA_INCOMPATIBLE"
  | "POSTGRES_UNAVAILABLE"
  | "POSTGRES_ACCESS_REFUSED"
  | "CONSUMER_CRASHED"
  | "LOOP_ENDED"
  | "DEPLOY_FAILED"
  | "LEASE_LOST"
  | "SNAPSHOT_UNREADABLE"
  | "SETTINGS_UNREADABLE"
  | "TOKEN_KEY_UNKNOWN"
  | "TOKEN_UNREADABLE"
  | "KEYS_NOT_ROTATED"
  | "TENANT_UNKNOWN"
  | "ADMINISTRATION_TAKEN"
  | "RETRY_WITHOUT_CHOICE"
  | "IDENTITY_PROVIDER_UNAVAILABLE"
  | "DEAD_LETTER_UNKNOWN"
  | "FILE_NOT_WRITTEN"
  | "OPERATION_UNKNOWN"
  | "OPERATION_REFUSED"
  | "LETTERS_WISH_UNREADABLE"
  | "OPERATION_GIVEN_UP"
  | "REPLAY_TOO_EARLY"
  | "REPLAY_TOPIC_REPLACED"
  | "REPLAY_WISH_UNREADABLE"
  | "RESYNC_WISH_UNREADABLE"
  | "REREQUEST_WISH_UNREADABLE"
  | "RECONCILE_WISH_UNREADABLE";

/**
 * An error that this project throws: a code to react to, a message that says what happened and what to do,
 * and the cause where another error led to it.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Whether `error` is a Failure with that code. */
export const isFailure = (error: unknown, code: FailureCode): error is Failure =>
  error instanceof Failure && error.code === code;

/** The text of anything that was thrown, causes included, on one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message === "" ? error.name : error.message;
  return error.cause === undefined ? own : `${own} (cause: ${describeError(error.cause)})`;
}
