/** What stands where something was taken out of a line. */
const GONE = "[redacted]";

/** Names behind which a secret stands, in an address, a form, a header or a record. */
const NAMES = [
  "access_token|refresh_token|id_token|id_token_hint|logout_token|client_secret|code_verifier|code|state|nonce",
  "password|passwd|secret|authorization|cookie|set-cookie|csrf|x-csrf-token|token|api_key",
].join("|");

/** A value ends at what would end the text it stands in: a line stays the JSON that it was. */
const VALUE = `[^\\s"'\\\\&;,<>{}]+`;

/** Members named `code` and `state` hold words of our own as well: in capitals, one lower-case word, or an SQLSTATE. */
const OWN_WORD = `(?:[A-Z][A-Z0-9_]*|[a-z_-]{1,30}|[0-9A-Z]{5})\\\\?"`;

/** Each way in which a secret or a person stands in a text; group 1 is what stays in front. */
const PATTERNS: readonly RegExp[] = [
  // Keys of programs, tokens in three parts, whole headers.
  /()simon_[\w-]{43}/g,
  /()eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  new RegExp(`((?:bearer|basic) )(?!error\\b)${VALUE}`, "gi"),
  new RegExp(`(__Host-[\\w-]+=)${VALUE}`, "g"),
  // postgresql://role:password@host
  /(:\/\/[^\s:/@"\\]*:)[^\s@"\\]+(?=@)/g,
  // name=value, and "name":"value" also where quotes are escaped.
  new RegExp(`((?:\\b|(?<=\\\\[nrt]))(?:${NAMES})=)${VALUE}`, "gi"),
  new RegExp(`(\\\\?"(?:${NAMES})\\\\?"\\s*:\\s*\\\\?")(?!${OWN_WORD})[^"\\\\]+`, "g"),
  // E-mail addresses name people. None begins in the middle of an escape, as of a new line.
  /()(?<!\\|\\u[\da-f]{0,3})[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/gi,
];

/** A line of the log without what opens a door or names a person: the last look before it leaves the process. */
export const redacted = (line: string): string =>
  PATTERNS.reduce((text, pattern) => text.replace(pattern, `$1${GONE}`), line);
