import { Cron } from "croner";
import { type Clock, pause } from "../shared/clock.ts";
import { amsterdamDate } from "../shared/domain/dutch-date.ts";
import { describeError, Failure } from "../shared/domain/failure.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import { currentSettings, findTenants } from "../shared/tenants.ts";
import type { Finding } from "./domain/settings-check.ts";
import type { PipelineLink } from "./parts/pipeline-link.ts";
import {
  finishCheck,
  leaseDueCheck,
  planChecks,
  putOffCheck,
  type SettingsCheck,
} from "./settings/check-acts.ts";
import { draftOf } from "./settings/domain/settings-draft.ts";
import { settingsNews, WATCHED_FIELDS, type WatchedField } from "./settings/domain/settings-watch.ts";
import { type CheckingUnit4, checkField } from "./settings/live-checks.ts";
import type { ConsoleTelemetry } from "./telemetry.ts";

const LOOK_EVERY_MS = 5_000;
const PLAN_EVERY_MS = 10 * 60_000;
const LEASE_MS = 10 * 60_000;
/** Tried again so much later when Unit4 could not be asked. */
const PUT_OFF_MS = 30 * 60_000;
/** Tenants are spread over so many minutes after the time of the schedule. */
const SPREAD_MINUTES = 180;

/** Looks every night whether each tenant's settings still fit Unit4, and says where they do not. */
export function settingsCheckLoop(options: {
  readonly pool: Pool;
  readonly unit4: CheckingUnit4;
  readonly pipeline: PipelineLink;
  readonly telemetry: ConsoleTelemetry;
  /** A cron pattern on the Dutch clock. */
  readonly schedule: string;
  readonly now: Clock;
  readonly onFailure: (failure: Failure) => void;
}): Part {
  const { pool, telemetry, now } = options;
  const cron = new Cron(options.schedule, { timezone: "Europe/Amsterdam", paused: true });
  const nextNight = (): Date => cron.nextRun(new Date(now())) ?? new Date(now() + 24 * 60 * 60_000);
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    for (let plannedAt = Number.NEGATIVE_INFINITY; !stopping.signal.aborted; ) {
      const isPlanning = now() - plannedAt > PLAN_EVERY_MS;
      if (isPlanning) plannedAt = now();
      if (!(await turn(isPlanning))) await pause(LOOK_EVERY_MS, stopping.signal);
    }
  };
  const turn = async (isPlanning: boolean): Promise<boolean> => {
    try {
      if (isPlanning) await planChecks(pool, nextNight(), SPREAD_MINUTES);
      const check = await leaseDueCheck(pool, LEASE_MS);
      if (check === null) return false;
      await look(check);
      return true;
    } catch (error) {
      if (outageOf(error) === null) throw error;
      telemetry.loopFailed("settings_check", describeError(error));
      return false;
    }
  };
  const look = async (check: SettingsCheck): Promise<void> => {
    const { tenantId } = check;
    const findings = await findingsOf(options, tenantId);
    const at = now();
    const { messages, told } = settingsNews({
      tenantId,
      findings,
      told: check.told,
      night: amsterdamDate(at),
      at,
    });
    if (messages.length > 0) await (await options.pipeline.messages()).log(messages);
    const isWhole = Object.values(findings).every((one) => one.state !== "unchecked");
    if (isWhole)
      await finishCheck(pool, { tenantId, told, nextDueAt: nextNight(), spreadMinutes: SPREAD_MINUTES });
    else await putOffCheck(pool, { tenantId, told, putOffMs: PUT_OFF_MS });
  };
  return {
    name: "settings-check",
    start: async () => {
      loop = run().catch((error: unknown) =>
        options.onFailure(
          new Failure("LOOP_ENDED", "Settings are no longer looked at; the process must start again.", error),
        ),
      );
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

/** What Unit4 says now of each setting in force that can stop fitting. */
async function findingsOf(
  { pool, unit4 }: { readonly pool: Pool; readonly unit4: CheckingUnit4 },
  tenantId: string,
): Promise<{ readonly [F in WatchedField]?: Finding }> {
  const tenant = (await findTenants(pool, [tenantId])).get(tenantId);
  const current = await currentSettings(pool, tenantId);
  if (tenant === undefined || current?.settings == null) return {};
  const { values } = draftOf(current.settings, tenant.administration, current.version);
  const context = { unit4, tenantId, values, isAdministrationTaken: false, keptAdministration: null };
  const findings: { [F in WatchedField]?: Finding } = {};
  for (const field of WATCHED_FIELDS) findings[field] = await checkField(context, field);
  return findings;
}
