import type { Unit4 } from "../../shared/unit4/client.ts";
import type { CallFailure, CallResult, Unit4Tenant } from "../../shared/unit4/http/errors.ts";
import {
  type CheckResult,
  checkResult,
  judgeAdministration,
  judgeArticle,
  judgeFilterWord,
  judgeGroups,
  judgeMemoField,
  judgeTypes,
} from "./domain/settings-check.ts";
import type { DraftValues, SettingsField } from "./domain/settings-draft.ts";

/** Unit4 as the checks see it. */
export type CheckingUnit4 = Pick<
  Unit4,
  "listAdministrations" | "findArticle" | "hasArticles" | "fetchArticleGroups" | "fetchMemoFields"
>;

export type CheckContext = {
  readonly unit4: CheckingUnit4;
  readonly tenantId: string;
  readonly values: DraftValues;
  /** Whether another active tenant has the chosen administration. */
  readonly isAdministrationTaken: boolean;
  /** The administration that an active tenant keeps; null for an inactive one, which may choose. */
  readonly keptAdministration: string | null;
};

/** Checks one setting live against Unit4 (rule A5). An empty choice needs no question. */
export async function checkField(context: CheckContext, field: SettingsField): Promise<CheckResult> {
  const { unit4, values, tenantId } = context;
  switch (field) {
    case "administration":
      if (context.keptAdministration !== null && values.administration !== context.keptAdministration)
        return checkResult("error", "ADMINISTRATION_FIXED");
      if (values.administration === "") return checkResult("error", "ADMINISTRATION_MISSING");
      return judged(await unit4.listAdministrations(tenantId), (usable) =>
        judgeAdministration(values, usable, context.isAdministrationTaken),
      );
    case "travelArticle":
    case "workArticle":
    case "standardArticle": {
      const code = values[field];
      if (code === "") return checkResult("ok", "ARTICLE_NOT_USED");
      return inAdministration(context, async (tenant) =>
        judged(await unit4.findArticle(tenant, code), (article) =>
          judgeArticle(code, article, { takesHours: field !== "standardArticle" }),
        ),
      );
    }
    case "articleGroups":
      if (values.articleGroups.length === 0) return checkResult("ok", "GROUPS_ALL");
      return inAdministration(context, async (tenant) =>
        judged(await unit4.fetchArticleGroups(tenant), (groups) =>
          judgeGroups(
            values.articleGroups,
            groups.map(({ name, value }) => ({ groupId: name, name: value })),
          ),
        ),
      );
    case "memoField":
      if (values.memoField === "") return checkResult("ok", "MEMO_NOT_USED");
      return inAdministration(context, async (tenant) =>
        judged(await unit4.fetchMemoFields(tenant), (fields) => judgeMemoField(values.memoField, fields)),
      );
    case "articleTypes": {
      const types = judgeTypes(values.articleTypes);
      return types.state === "ok" && (await isNothingOver(context))
        ? checkResult("warning", "TYPES_NOTHING_OVER")
        : types;
    }
    case "filterWord":
      return judgeFilterWord(values.filterWord);
    default:
      return checkResult("ok", "CHOICE_OK");
  }
}

/** More groups than this make an address that is too long for Unit4. */
const MOST_GROUPS_ASKED = 20;

/** Whether groups and types together let no article through (rule M10); only where Unit4 says so for certain. */
async function isNothingOver({ unit4, tenantId, values }: CheckContext): Promise<boolean> {
  const { administration, articleGroups, articleTypes } = values;
  if (administration === "") return false;
  const tenant = { tenantId, administration };
  let groupIds: readonly string[] | null = null;
  if (articleGroups.length > 0) {
    const groups = await unit4.fetchArticleGroups(tenant);
    if (groups.kind !== "ok") return false;
    const chosen = groups.value.filter(
      ({ name, value }) => articleGroups.includes(name) || articleGroups.includes(value),
    );
    groupIds = chosen.map(({ name }) => name);
    if (groupIds.length === 0 || groupIds.length > MOST_GROUPS_ASKED) return false;
  }
  const found = await unit4.hasArticles(tenant, { groupIds, types: articleTypes });
  return found.kind === "ok" && !found.value;
}

/** What belongs to an administration cannot be checked before one is chosen. */
function inAdministration(
  { tenantId, values: { administration } }: CheckContext,
  check: (tenant: Unit4Tenant) => Promise<CheckResult>,
): Promise<CheckResult> {
  if (administration === "") return Promise.resolve(checkResult("unchecked", "ADMINISTRATION_FIRST"));
  return check({ tenantId, administration });
}

const judged = <T>(result: CallResult<T>, judge: (value: T) => CheckResult): CheckResult =>
  result.kind === "ok" ? judge(result.value) : notChecked(result);

/** Who has to do what differs in each case (case O25). */
export function notChecked(failure: CallFailure): CheckResult {
  switch (failure.kind) {
    case "revoked":
      return checkResult("unchecked", "CONNECTION_MISSING");
    case "client-refused":
      return checkResult("unchecked", "CLIENT_REFUSED");
    case "forbidden":
      return checkResult("unchecked", "NO_RIGHTS");
    case "parked":
      return checkResult("unchecked", "UNIT4_BUSY", { until: String(failure.until) });
    case "unavailable":
      return checkResult("unchecked", "UNIT4_AWAY", { reason: failure.reason });
    case "not-found":
      return checkResult("unchecked", "UNIT4_AWAY", { reason: "HTTP_404" });
    case "refused":
      return checkResult("unchecked", "UNIT4_AWAY", { reason: `HTTP_${failure.status}` });
  }
}
