import { X509Certificate } from "node:crypto";
import { connect as connectTcp, isIP } from "node:net";
import { type ConnectionOptions, connect as connectTls, createSecureContext } from "node:tls";
import type { ISocketFactory } from "kafkajs";
import { Failure } from "../../domain/failure.ts";
import { watchedFile } from "../../watched-file.ts";
import type { KafkaAccess } from "./settings.ts";

/** A connection on which nobody speaks is asked after so long whether its other end is there. */
const KEEP_ALIVE_MS = 5_000;

type Files = Pick<ConnectionOptions, "ca" | "cert" | "key">;

/**
 * Makes the sockets of a client, with TLS where its access says so.
 * @throws Failure CONFIG_INVALID when a file cannot be read or holds no usable PEM
 */
export function kafkaSockets(access: KafkaAccess): ISocketFactory {
  const isSecure = access.KAFKA_SECURITY_PROTOCOL.endsWith("SSL");
  const files = isSecure ? watchedFiles(access) : null;
  return ({ host, port, onConnect }) => {
    const socket =
      files === null
        ? connectTcp({ host, port }, onConnect)
        : // An address is no server name (RFC 6066, section 3); it is compared with the certificate all the same.
          connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...files() }, onConnect);
    // kafkajs leaves Nagle's algorithm on, which holds small requests back.
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };
}

function watchedFiles(access: KafkaAccess): () => Files {
  const parts = [
    ["ca", "KAFKA_SSL_CA_FILE"],
    ["cert", "KAFKA_SSL_CERTIFICATE_FILE"],
    ["key", "KAFKA_SSL_KEY_FILE"],
  ] as const;
  const readers = parts.flatMap(([option, setting]) => {
    const path = access[setting];
    return path === undefined ? [] : [{ option, setting, read: watchedFile(path) }];
  });
  const files = (): Files => Object.fromEntries(readers.map(({ option, read }) => [option, read()]));
  for (const { option, setting, read } of readers) {
    try {
      // OpenSSL passes over a file of authorities that holds none; a key is usable with its certificate alone.
      if (option === "key") createSecureContext(files());
      else new X509Certificate(read());
    } catch (error) {
      throw new Failure("CONFIG_INVALID", `${setting} cannot be used: ${(error as Error).message}.`, error);
    }
  }
  return files;
}
