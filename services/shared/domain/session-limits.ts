/** How long a statement may run on the server, in seconds. */
export const STATEMENT_SECONDS = 60;

/**
 * What holds for every session of a service, as settings of its role: the server's side of a connection that died
 * without a word. A session whose client is gone is ended, and its locks with it (case O57). An idle transaction
 * waits for a send to Kafka: longer than this, and the send is repeated.
 */
export const SESSION_LIMITS: Readonly<Record<string, string>> = {
  statement_timeout: `${STATEMENT_SECONDS}s`,
  idle_in_transaction_session_timeout: "20s",
  client_connection_check_interval: "2s",
  tcp_keepalives_idle: "5",
  tcp_keepalives_interval: "2",
  tcp_keepalives_count: "3",
};
