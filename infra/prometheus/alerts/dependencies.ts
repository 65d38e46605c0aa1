import type { Alert } from "../alert.ts";
import { DAY_S, HOUR_S, MINUTE_S, type Pace } from "../pace.ts";

const MOMENT = "simon_dependency_last_success_timestamp_seconds";

/**
 * Seconds since a dependency last answered each service, or a service that runs and never got an answer. A process asks for
 * PostgreSQL first, then Kafka, then the registry: what it has not come to yet is not to blame.
 */
const away =
  (dependency: string, before: string | null) =>
  (pace: Pace): string => {
    const momentOf = (name: string): string => `${MOMENT}{dependency="${name}"}`;
    const moment = momentOf(dependency);
    const asked = before === null ? "" : ` and on (instance, component) ${momentOf(before)}`;
    const never = `simon_build_info${asked} unless on (instance, component) ${moment}`;
    return `time() - max by (component) (${moment}) > ${pace.age(2 * MINUTE_S)}\nor\ncount by (component) (${never}) > 0`;
  };

const endsWithin = (days: number) => (): string =>
  `min by (component, certificate) (simon_certificate_expiry_timestamp_seconds) - time() < ${days * DAY_S}`;
const CERTIFICATE = {
  name: "CertificateEnds",
  area: "processes",
  forS: 5 * MINUTE_S,
  summary: "The certificate of {{ $labels.certificate }} ends in {{ $value | humanizeDuration }}",
  description:
    "After that {{ $labels.component }} gets no connection any more. A new file is taken up without a restart.",
} as const;

/** What the services cannot do without. */
export const DEPENDENCY_ALERTS: readonly Alert[] = [
  {
    name: "KafkaDown",
    area: "kafka",
    severity: "page",
    expr: away("kafka", "postgres"),
    forS: 2 * MINUTE_S,
    summary: "{{ $labels.component }} gets no answer from Kafka",
    description: "Nothing comes over and no order is written. Everything waits and goes on by itself.",
  },
  {
    name: "PostgresDown",
    area: "postgres",
    severity: "page",
    expr: away("postgres", null),
    forS: 2 * MINUTE_S,
    summary: "{{ $labels.component }} gets no answer from PostgreSQL, or may not write there",
    description:
      "Nothing comes over, no order is written, and the console shows errors. Records wait on their topics.",
  },
  {
    name: "RegistryDown",
    area: "registry",
    severity: "ticket",
    expr: away("registry", "kafka"),
    forS: 5 * MINUTE_S,
    summary: "{{ $labels.component }} gets no answer from the schema registry",
    description: "What runs goes on with the schemas that it has. Whatever starts waits for it.",
  },
  {
    name: "PostgresPoolWaits",
    area: "postgres",
    severity: "ticket",
    expr: (pace) => `min_over_time(simon_postgres_pool_waiting_requests[${pace.window(5 * MINUTE_S)}]) > 0`,
    forS: 5 * MINUTE_S,
    summary: "Work of {{ $labels.component }} waits for a connection to PostgreSQL",
    description:
      "All connections of its pool {{ $labels.pool }} are in use, all the time: statements are slow, or the pool is too small.",
  },
  { ...CERTIFICATE, severity: "page", expr: endsWithin(3) },
  { ...CERTIFICATE, severity: "ticket", expr: endsWithin(21), forS: HOUR_S },
];
