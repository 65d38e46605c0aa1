import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel as GrafanaPanel,
  QueryVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { runbookOf } from "../prometheus/alert.ts";
import { ALERTS } from "../prometheus/rules.ts";
import type { Board, Mark, Panel, Query } from "./board.ts";

/** Chosen above the board, so that none is written into it. */
const DATASOURCE = { type: "prometheus", uid: "$datasource" };
const OURS = /\b((?:simon|nodejs|process)_\w+|up)\b(\{)?/g;
const THIRD = 8;
const HEIGHT = 7;

/** Our series of the jobs and processes that are chosen above the board. */
export const scoped = (expr: string): string =>
  expr.replaceAll(OURS, (_, name: string, brace: string | undefined) =>
    brace === undefined
      ? `${name}{job=~"$job",instance=~"$instance"}`
      : `${name}{job=~"$job",instance=~"$instance",`,
  );

/** The board as Grafana reads it: its classic model, which versions 10 to 13 take. @param runbooks address of their folder */
export function buildBoard(board: Board, runbooks: string): Dashboard {
  const builder = new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags(["simon-unit4"])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh("30s")
    .time({ from: "now-3h", to: "now" })
    .timezone("browser")
    .withVariable(new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"))
    .withVariable(chosen("job", "label_values(simon_build_info, job)"))
    .withVariable(chosen("instance", 'label_values(simon_build_info{job=~"$job"}, instance)'))
    .link(
      new DashboardLinkBuilder("Boards")
        .type(DashboardLinkType.Dashboards)
        .tags(["simon-unit4"])
        .asDropdown(true),
    );
  for (const mark of board.marks ?? []) builder.annotation(marked(mark));
  for (const alert of board.alerts)
    builder.link(
      new DashboardLinkBuilder(`Runbook: ${alert}`)
        .type(DashboardLinkType.Link)
        .url(`${runbooks}/${runbookOf(alert)}`)
        .tooltip(meaningOf(alert))
        .targetBlank(true),
    );
  for (const { title, panels } of board.rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(built(panel));
  }
  return builder.build();
}

/** @throws Error when there is no such alert: the board's source names it wrongly */
function meaningOf(name: string): string {
  const alert = ALERTS.find((one) => one.name === name);
  if (alert === undefined) throw new Error(`there is no alert ${name}`);
  return alert.description;
}

const chosen = (name: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(name)
    .datasource(DATASOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue(".*");

const marked = ({ name, expr, text, color }: Mark): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .expr(scoped(expr))
    .step("60s")
    .titleFormat(text);

const target = ({ expr, legend }: Query, panel: Panel, index: number): DataqueryBuilder => {
  const query = new DataqueryBuilder()
    .datasource(DATASOURCE)
    .refId(String.fromCharCode("A".charCodeAt(0) + index))
    .expr(scoped(expr))
    .legendFormat(legend);
  return panel.kind === "lines" ? query.range() : query.instant();
};

function built(panel: Panel): Builder<GrafanaPanel> {
  const { title, description, unit, warn, isLowBad = false, width = THIRD, none } = panel;
  const made = emptyPanel(panel)
    .title(title)
    .description(none === undefined ? description : `${description} Empty: ${none}`)
    .datasource(DATASOURCE)
    .unit(unit)
    .span(width)
    .height(HEIGHT);
  if (warn !== undefined) made.thresholds(thresholds(warn, isLowBad));
  for (const [index, query] of panel.queries.entries()) made.withTarget(target(query, panel, index));
  return made;
}

type Made = timeseries.PanelBuilder | stat.PanelBuilder | bargauge.PanelBuilder | table.PanelBuilder;

function emptyPanel({ kind }: Panel): Made {
  if (kind === "number") return new stat.PanelBuilder();
  if (kind === "bars") return new bargauge.PanelBuilder();
  if (kind === "table") return new table.PanelBuilder();
  return new timeseries.PanelBuilder().fillOpacity(8).min(0);
}

/** Yellow at the first and red at the second bound; from above where low is bad. */
const thresholds = ([yellow, red]: readonly [number, number], isLowBad: boolean): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(
    isLowBad
      ? [
          { value: null, color: "red" },
          { value: red, color: "yellow" },
          { value: yellow, color: "green" },
        ]
      : [
          { value: null, color: "green" },
          { value: yellow, color: "yellow" },
          { value: red, color: "red" },
        ],
  );
