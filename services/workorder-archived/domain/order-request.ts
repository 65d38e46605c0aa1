import type { OrderLine, WorkorderArchived } from "../../../schemas/records.ts";
import { amsterdamDate } from "../../shared/domain/dutch-date.ts";
import type { MessageCode } from "../../shared/domain/message-catalogue.ts";
import { type Settings, type SettingsVersion, settingsInForce } from "../../shared/domain/settings.ts";
import { type ActivePeriod, activeAt } from "./active-period.ts";
import { customerFaults, customerWarnings } from "./customer-findings.ts";
import { type ArchivedEvent, type Decision, numberOf, refused, skipped, warningsOf } from "./decision.ts";
import type { Finding } from "./finding.ts";
import { materialLines } from "./material-lines.ts";
import { timeFaults } from "./plausible-time.ts";
import { REFERENCE_LENGTH, referenceOf } from "./reference.ts";
import { type OrderTexts, orderTexts } from "./remarks.ts";
import type { SimonArticle, SimonCustomer } from "./simon-row.ts";
import { hasUnbookedTime, minuteFaults, standardLines, timeLines } from "./time-lines.ts";

export type OrderRequestInput = ArchivedEvent & {
  /** Unit4's database of the tenant. */
  readonly administration: string;
  /** When the tenant's integration was on. */
  readonly activations: readonly ActivePeriod[];
  readonly settingsVersions: readonly SettingsVersion[];
  /** Simon's row of the workorder's customer; null where there is none. */
  readonly customer: SimonCustomer | null;
  /** Simon's rows of the articles used, by code. */
  readonly articles: ReadonlyMap<string, SimonArticle>;
};

/** Lines and characters of remarks on one order: with them a request stays far below the limit of a record. */
const MOST_LINES = 500;
const LONGEST_REMARKS = 30_000;

/**
 * Maps an archived workorder to an order request with the settings of its archiving moment (W18), or says why there is
 * none. All faults are found at once. The same input gives the same decision; throws nothing for bad content.
 */
export function orderRequestFrom(input: OrderRequestInput): Decision {
  const { workorder, customer } = input;
  const implausible = timeFaults(input);
  if (implausible.length > 0) return refused(input, implausible);
  const period = periodFor(input);
  if (period === null) return skipped(input, { code: "WORKORDER_ARCHIVED_WHILE_OFF", params: {} });
  const version = versionFor(input);
  const settings = version?.settings ?? null;
  if (version === null || settings === null)
    return refused(input, [{ code: "WORKORDER_SETTINGS_MISSING", params: {} }]);
  const filterWord = filterWordIn(workorder, settings);
  if (filterWord !== null) return skipped(input, { code: "WORKORDER_FILTERED", params: { filterWord } });

  const materials = materialLines(workorder.materials, input.articles);
  const billed = [...timeLines(workorder, settings), ...materials.lines];
  const lineFaults = [...minuteFaults(workorder), ...materials.faults];
  if (billed.length === 0 && lineFaults.length === 0 && !isBilledAllTheSame(workorder, settings))
    return skipped(input, { code: "WORKORDER_NOTHING_TO_BILL", params: {} });
  const texts = orderTexts(workorder, settings);
  const lines: readonly OrderLine[] = [
    ...texts.above.map(textLine),
    ...billed,
    ...standardLines(settings),
    ...texts.below.map(textLine),
  ];
  const reference = referenceOf(workorder);
  const faults = [
    ...readyFaults(workorder),
    ...numberFaults(reference),
    ...customerFaults(workorder, customer),
    ...lineFaults,
  ];
  const allFaults = [...faults, ...lengthFaults(lines, texts), ...emptyFaults(lines, faults)];
  if (allFaults.length > 0 || reference === null || customer === null) return refused(input, allFaults);
  return {
    kind: "requested",
    request: {
      tenantId: workorder.tenantId,
      epoch: period.epoch,
      workorderId: workorder.workorderId,
      workorderNumber: numberOf(workorder),
      reference,
      customerId: customer.customerId,
      customerName: customer.name,
      paymentConditionId: customer.paymentConditionId,
      vatScenarioId: customer.vatScenarioId,
      chargeVatTypeId: customer.chargeVatTypeId,
      orderDate: amsterdamDate(workorder.archivedAt),
      lines,
      remarks: texts.memo,
      memoField: texts.memo === "" ? null : settings.memoField,
      settingsVersion: version.version,
      archivedAt: workorder.archivedAt,
      requestedAt: input.recordTimestampMs,
      retry: workorder.retry,
      noOrderCode: null,
      sequence: input.sequence,
      administration: input.administration,
      lookFirst: false,
    },
    warnings: warningsOf(input, [...customerWarnings(customer), ...materials.warnings]),
  };
}

/**
 * The time in which it was archived. What was archived while the integration was off goes only when a person sends it,
 * and belongs to the time in which that person does (A9).
 */
function periodFor({ workorder, activations }: OrderRequestInput): ActivePeriod | null {
  const { archivedAt, retry } = workorder;
  return activeAt(activations, archivedAt) ?? (retry === null ? null : activeAt(activations, retry.at));
}

/** The settings of the archiving moment (W18); where a person sends what is older than all settings, those of today. */
function versionFor({ workorder, settingsVersions }: OrderRequestInput): SettingsVersion | null {
  const { archivedAt, retry } = workorder;
  const version = settingsInForce(settingsVersions, archivedAt);
  return version ?? (retry === null ? null : settingsInForce(settingsVersions, retry.at));
}

/** The filter word as set, when the work description contains it (W9); not case-sensitive. */
function filterWordIn({ description }: WorkorderArchived, settings: Settings): string | null {
  const word = settings.filterWord.trim();
  return word !== "" && folded(description).includes(folded(word)) ? word : null;
}

const folded = (text: string): string => text.normalize("NFC").toLowerCase();

const textLine = (text: string): OrderLine => ({
  kind: "text",
  articleId: "",
  articleType: null,
  quantity: "",
  text,
});

const readyFaults = ({ reportedReady }: WorkorderArchived): readonly Finding[] =>
  reportedReady ? [] : [{ code: "WORKORDER_NOT_READY", params: {} }];

const numberFaults = (reference: string | null): readonly Finding[] =>
  reference === null
    ? [{ code: "WORKORDER_NUMBER_TOO_LONG", params: { limit: String(REFERENCE_LENGTH) } }]
    : [];

function lengthFaults(lines: readonly OrderLine[], { memo }: OrderTexts): readonly Finding[] {
  if (lines.length <= MOST_LINES && memo.length <= LONGEST_REMARKS) return [];
  const params = {
    lines: String(lines.length),
    lineLimit: String(MOST_LINES),
    characters: String(memo.length),
    characterLimit: String(LONGEST_REMARKS),
  };
  return [{ code: "WORKORDER_TOO_LONG", params }];
}

/** Call-out costs alone, where the office wants them billed; and time is told apart where it only lacks an article. */
const isBilledAllTheSame = (workorder: WorkorderArchived, settings: Settings): boolean =>
  (settings.standardArticle !== null && settings.standardArticleAlone) ||
  hasUnbookedTime(workorder, settings);

/** An order without lines; a fault in what would have been a line is the better thing to say. */
const emptyFaults = (lines: readonly OrderLine[], faults: readonly Finding[]): readonly Finding[] =>
  lines.length === 0 && !faults.some(({ code }) => LINE_FAULTS.has(code))
    ? [{ code: "WORKORDER_EMPTY", params: {} }]
    : [];

const LINE_FAULTS: ReadonlySet<MessageCode> = new Set([
  "WORKORDER_MINUTES_NEGATIVE",
  "WORKORDER_QUANTITY_UNREADABLE",
]);
