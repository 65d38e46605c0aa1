import { describeError, Failure } from "../../domain/failure.ts";

/** Of a broker's certificate, or of its name: https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const OF_THE_AUTHORITY = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
  "INVALID_CA",
]);
const OF_ITS_TIME = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);
const OF_ITS_NAME = "ERR_TLS_CERT_ALTNAME_INVALID";
/** Alerts by which a broker refuses our own certificate (OpenSSL's names for those of RFC 8446, section 6). */
const OF_OURS =
  /^ERR_SSL_(SSL\/TLS_|TLSV1[23]?_|SSLV3_)?ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERT)/;
/** What OpenSSL says of an answer that is no TLS. */
const NO_TLS = new Set(["EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"]);

/** kafkajs's errors say more than node's: what may stand in one of them. */
type Told = Error & { readonly code?: unknown; readonly type?: unknown; readonly broker?: unknown };

/**
 * The failure that an error of kafkajs tells of when it is our access that is wrong: which setting to check, in one
 * line. No outage: waiting does not mend it.
 * @returns null when the error tells of nothing like that
 */
export function accessRefusal(error: unknown): Failure | null {
  for (let told: unknown = error; told instanceof Error; told = told.cause) {
    if (told instanceof Failure && told.code === "KAFKA_ACCESS_REFUSED") return told;
    const advice = adviceOn(told);
    if (advice !== null)
      return new Failure(
        "KAFKA_ACCESS_REFUSED",
        `${describeError(told).replace(/\s+/g, " ").trim()}: ${advice}`,
        error,
      );
  }
  return null;
}

function adviceOn({ name, message, code, type, broker }: Told): string | null {
  const where = typeof broker === "string" ? broker : "the broker";
  if (name === "KafkaJSSASLAuthenticationError" || type === "SASL_AUTHENTICATION_FAILED")
    return /not supported by the server|UNSUPPORTED/i.test(message)
      ? "check KAFKA_SASL_MECHANISM."
      : "Kafka refuses our login; check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, or KAFKA_OAUTH_CLIENT_ID.";
  if (type === "SECURITY_DISABLED") return "this cluster keeps no rights: it lets everybody do everything.";
  if (type === "UNSUPPORTED_SASL_MECHANISM") return "check KAFKA_SASL_MECHANISM.";
  if (typeof type === "string" && type.endsWith("_AUTHORIZATION_FAILED"))
    return "our principal lacks a right; `npm run deploy -- --acls` shows those that it needs.";
  if (typeof code !== "string") return null;
  if (OF_THE_AUTHORITY.has(code))
    return `no known authority signed the certificate of ${where}; check KAFKA_SSL_CA_FILE.`;
  if (OF_ITS_TIME.has(code))
    return `the certificate of ${where} is not valid today; it has to be renewed there.`;
  if (code === OF_ITS_NAME) return `the certificate of ${where} is for another name; check KAFKA_BROKERS.`;
  if (OF_OURS.test(code)) return "Kafka refuses our certificate; check KAFKA_SSL_CERTIFICATE_FILE.";
  if (NO_TLS.has(code)) return `${where} speaks no TLS; check KAFKA_SECURITY_PROTOCOL.`;
  return null;
}
