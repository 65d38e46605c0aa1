import type { Alert } from "../alert.ts";
import { HOUR_S, MINUTE_S, type Pace } from "../pace.ts";

const calls = (matcher: string, window: string): string =>
  `sum(rate(simon_unit4_calls_total${matcher}[${window}]))`;
const increase = (series: string, seconds: number, pace: Pace): string =>
  `sum(increase(${series}[${pace.window(seconds)}]))`;
/** Figures of the fleet come from one table: every process tells the same. */
const tenants = (state: string): string => `max(simon_tenants{state="${state}"})`;
const CONNECTED = `(${tenants("polled")} + ${tenants("failing")})`;

/** What goes wrong between us and Unit4. */
export const UNIT4_ALERTS: readonly Alert[] = [
  {
    name: "Unit4Down",
    area: "unit4",
    severity: "page",
    expr: (pace) => {
      const window = pace.window(5 * MINUTE_S);
      return `${calls('{result=~"unavailable|unknown|not-sent"}', window)}\n/\n${calls("", window)}\n> 0.5`;
    },
    forS: 5 * MINUTE_S,
    summary: "Unit4 does not answer {{ $value | humanizePercentage }} of the calls",
    description:
      "No changes come over and no orders are written, for all tenants. Everything waits and goes on by itself.",
  },
  {
    name: "Unit4Slow",
    area: "unit4",
    severity: "ticket",
    expr: (pace) =>
      `histogram_quantile(0.95, sum by (le) (rate(simon_unit4_call_seconds_bucket[${pace.window(5 * MINUTE_S)}]))) > 10`,
    forS: 10 * MINUTE_S,
    summary: "One call of Unit4 in twenty takes more than {{ $value | humanizeDuration }}",
    description: "Orders and changes come later. Tenants whose administration is slow are asked less often.",
  },
  {
    name: "Unit4AsksForRest",
    area: "unit4",
    severity: "ticket",
    expr: (pace) => `${increase("simon_unit4_parked_total", 15 * MINUTE_S, pace)} > 20`,
    forS: 5 * MINUTE_S,
    summary: "Unit4 asked for rest {{ $value | humanize }} times in a quarter of an hour",
    description: "We ask more than it allows. The tenants concerned wait as long as it says.",
  },
  {
    name: "Unit4RefusesUs",
    area: "unit4",
    severity: "page",
    expr: (pace) => {
      // Whoever was refused does not ask again for a while: one refusal is enough.
      const seconds = 10 * MINUTE_S;
      const refused = increase('simon_unit4_token_renewals_total{result="client-refused"}', seconds, pace);
      return `${refused} > 0\nor\n${increase('simon_unit4_calls_total{result="client-refused"}', seconds, pace)} > 0`;
    },
    forS: 0,
    summary: "Unit4 refuses our own client id or secret",
    description:
      "No tenant gets a token any more, so nothing comes over and nothing is written as soon as their tokens end.",
  },
  {
    name: "TokenRenewalsFail",
    area: "unit4",
    severity: "ticket",
    expr: (pace) =>
      `${increase('simon_unit4_token_renewals_total{result=~"revoked|unavailable"}', 15 * MINUTE_S, pace)} > 5`,
    forS: 5 * MINUTE_S,
    summary: "{{ $value | humanize }} renewals of tokens failed in a quarter of an hour",
    description: "Tenants whose token is revoked have to connect anew in the console; they have a message.",
  },
  {
    name: "TenantsFailing",
    area: "unit4",
    severity: "page",
    expr: () => `${tenants("failing")} / ${CONNECTED} > 0.1`,
    forS: 10 * MINUTE_S,
    summary: "The polls of {{ $value | humanizePercentage }} of the tenants fail",
    description:
      "Their changes do not come over. So many at a time have one cause: Unit4, our client id or a release.",
  },
  {
    name: "TenantsDisconnected",
    area: "unit4",
    severity: "ticket",
    expr: (pace) =>
      `${tenants("disconnected")} - ${tenants("disconnected").replace(
        "})",
        `} offset ${pace.window(HOUR_S)})`,
      )} > 3`,
    forS: 5 * MINUTE_S,
    summary: "{{ $value }} tenants lost their connection to Unit4 within an hour",
    description:
      "Each office has to connect anew. So many at a time were not ended by the offices themselves.",
  },
  {
    name: "PollsStandStill",
    area: "unit4",
    severity: "page",
    expr: (pace) => `${increase("simon_polls_total", 15 * MINUTE_S, pace)} == 0\nand\n${CONNECTED} > 0`,
    forS: 5 * MINUTE_S,
    summary: "No list of Unit4 was read for 15 minutes",
    description: "There are tenants to poll and nobody polls them: no change comes over to Simon.",
  },
  {
    name: "PollsBehind",
    area: "unit4",
    severity: "ticket",
    expr: (pace) => `max(simon_poll_oldest_age_seconds) > ${pace.age(6 * HOUR_S)}`,
    forS: 15 * MINUTE_S,
    summary: "A tenant was not read in full for {{ $value | humanizeDuration }}",
    description: "Its office works with customers and articles of before; its status page shows since when.",
  },
  {
    name: "DeletionsHalted",
    area: "unit4",
    severity: "ticket",
    expr: (pace) => `sum by (entity) (increase(simon_deletions_halted_total[${pace.window(HOUR_S)}])) > 0`,
    forS: 0,
    summary: "A list of Unit4 lost too many {{ $labels.entity }}s at once: a person has to decide",
    description:
      "Nothing is marked as deleted for that tenant until somebody accepts or rejects it in the console.",
  },
];
