/** What can stop the local stack from coming up; each message says what to do about it. */
export type LocalStackErrorCode =
  | "SETTINGS_INVALID"
  | "PREREQUISITES_MISSING"
  | "PORTS_TAKEN"
  | "ALREADY_RUNNING"
  | "DEMO_LOGIN_FAILED"
  | "DOWNLOAD_FAILED"
  | "DATA_DIRECTORY_UNUSABLE"
  | "COMMAND_FAILED"
  | "PROCESS_FAILED_TO_START"
  | "PROCESS_STOPPED";

/** An expected failure of the local stack: `message` is meant for the person at the keyboard, no stack trace needed. */
export class LocalStackError extends Error {
  override readonly name = "LocalStackError";
  readonly code: LocalStackErrorCode;

  constructor(code: LocalStackErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
