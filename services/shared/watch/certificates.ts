import { X509Certificate } from "node:crypto";
import type { Telemetry } from "../telemetry.ts";
import { watchedFile } from "../watched-file.ts";

/** The settings that may name a file of certificates. */
type CertificateConfig = {
  readonly KAFKA_SSL_CA_FILE?: string | undefined;
  readonly KAFKA_SSL_CERTIFICATE_FILE?: string | undefined;
  readonly SCHEMA_REGISTRY_CA_FILE?: string | undefined;
  readonly DATABASE_URL: string;
};

const CERTIFICATES = [
  "KAFKA_SSL_CA_FILE",
  "KAFKA_SSL_CERTIFICATE_FILE",
  "SCHEMA_REGISTRY_CA_FILE",
  "sslrootcert",
  "sslcert",
] as const;
/** Files in which one authority that is still valid is enough; of our own certificate the first one counts. */
const AUTHORITIES: ReadonlySet<string> = new Set([
  "KAFKA_SSL_CA_FILE",
  "SCHEMA_REGISTRY_CA_FILE",
  "sslrootcert",
]);
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Tells until when the certificates in the files that we are given are valid, read anew where a file was replaced. Of a file that
 * cannot be read nothing is told: whoever connects with it says so.
 */
export function watchCertificates(telemetry: Telemetry, config: CertificateConfig): void {
  const options = new URL(config.DATABASE_URL).searchParams;
  const files = CERTIFICATES.flatMap((certificate) => {
    const path = certificate.startsWith("ssl")
      ? options.get(certificate)
      : config[certificate as keyof CertificateConfig];
    return path === null || path === undefined ? [] : [{ certificate, read: watchedFile(path) }];
  });
  telemetry.readGauge(
    "simon_certificate_expiry_timestamp_seconds",
    "Until when a certificate that we were given as a file is valid, by the setting that names it.",
    { certificate: CERTIFICATES },
    () =>
      files.flatMap(({ certificate, read }) => {
        const value = validUntil(read, AUTHORITIES.has(certificate));
        return value === null ? [] : [{ labels: { certificate }, value }];
      }),
  );
}

/** In seconds since 1970 UTC; null where the file holds no certificate. */
function validUntil(read: () => Buffer, isAnyEnough: boolean): number | null {
  const ends = certificatesIn(read).map(({ validTo }) => Date.parse(validTo) / 1000);
  const [first] = ends;
  if (first === undefined) return null;
  return isAnyEnough ? Math.max(...ends) : first;
}

function certificatesIn(read: () => Buffer): readonly X509Certificate[] {
  try {
    return [...read().toString("utf8").matchAll(PEM)].map(([pem]) => new X509Certificate(pem));
  } catch (error) {
    // What node:fs and OpenSSL throw of a file that is away or no PEM; anything else is ours.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}
