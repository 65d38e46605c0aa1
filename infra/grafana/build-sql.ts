import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  type Dashboard,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import { type SqlBoard, type SqlPanel, TENANT } from "./boards/tenants.ts";

const DATASOURCE = { type: "grafana-postgresql-datasource", uid: "$postgres" };
const HEIGHT = 8;

/** A board of tables that a PostgreSQL data source answers, as the role of reader.sql. */
export function buildSqlBoard(board: SqlBoard): Dashboard {
  const builder = new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags(["simon-unit4"])
    .readonly()
    .refresh("1m")
    .time({ from: "now-3h", to: "now" })
    .timezone("browser")
    .withVariable(new DatasourceVariableBuilder("postgres").label("PostgreSQL").type(DATASOURCE.type))
    .link(
      new DashboardLinkBuilder("Boards")
        .type(DashboardLinkType.Dashboards)
        .tags(["simon-unit4"])
        .asDropdown(true),
    );
  if (board.isOfOneTenant)
    builder.withVariable(
      new QueryVariableBuilder("tenant")
        .label("tenant")
        .datasource(DATASOURCE)
        .query("select tenant_id from integration.tenants where removed_at is null order by tenant_id")
        .refresh(VariableRefresh.OnDashboardLoad),
    );
  for (const panel of board.panels) builder.withPanel(built(panel));
  return builder.build();
}

const built = ({ title, description, sql, width }: SqlPanel): PanelBuilder =>
  new PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .unit("none")
    .span(width)
    .height(HEIGHT)
    .withTarget(tableOf(sql))
    .dataLinks([
      new DashboardLinkBuilder("This tenant").url(
        `/d/${TENANT.uid}?var-tenant=\${__data.fields.tenant_id}&var-postgres=\${postgres}`,
      ),
    ]);

/** The SDK has no query for PostgreSQL. A variable is put in as a literal of SQL. */
const tableOf = (sql: string): Builder<Dataquery> => ({
  build: (): SqlQuery => ({
    refId: "A",
    datasource: DATASOURCE,
    format: "table",
    editorMode: "code",
    rawQuery: true,
    rawSql: sql.replaceAll("$tenant", `\${tenant:sqlstring}`),
    _implementsDataqueryVariant: () => {},
  }),
});

type SqlQuery = Dataquery & {
  readonly refId: string;
  readonly datasource: typeof DATASOURCE;
  readonly format: "table";
  readonly editorMode: "code";
  readonly rawQuery: true;
  readonly rawSql: string;
};
