import { BOARDS, boardFiles } from "../../infra/grafana/boards.ts";

/** A panel of a board's JSON, as far as tests look at it. */
type BoardPanel = {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly {
    readonly expr?: string;
    readonly rawSql?: string;
    readonly legendFormat?: string;
    readonly instant?: boolean;
    readonly datasource?: { readonly uid: string };
  }[];
};
export type BoardJson = {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly BoardPanel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly annotations?: { readonly list?: readonly { readonly name: string; readonly expr?: string }[] };
  readonly links: readonly { readonly title: string; readonly type: string; readonly url?: string }[];
  readonly [other: string]: unknown;
};

export const readBoards = (): readonly BoardJson[] =>
  [...boardFiles().values()].map((text) => JSON.parse(text));

/** The statements of boards that PostgreSQL answers. @param tenant who is chosen above them */
export const boardStatements = (tenant: string) =>
  readBoards().flatMap(({ uid, panels }) =>
    panels.flatMap(({ title = "", targets = [] }) =>
      targets.flatMap(({ rawSql }) =>
        rawSql === undefined
          ? []
          : [{ where: `${uid}: ${title}`, sql: rawSql.replaceAll(/\$\{tenant:sqlstring\}/g, `'${tenant}'`) }],
      ),
    ),
  );

/** Every query with what a user chooses above the board put in: everything. @param window in the place of the rate interval */
export const boardQueries = (window: string) =>
  readBoards().flatMap(({ uid, panels }) =>
    panels.flatMap(({ title = "", targets = [] }) =>
      targets.flatMap(({ expr }) =>
        expr === undefined ? [] : [{ where: `${uid}: ${title}`, expr: chosen(expr, window) }],
      ),
    ),
  );

/** Queries of what boards mark on their panels, as of `boardQueries`. */
export const markQueries = (window: string) =>
  readBoards().flatMap(({ uid, annotations }) =>
    (annotations?.list ?? []).flatMap(({ name, expr }) =>
      expr === undefined ? [] : [{ where: `${uid}: ${name}`, expr: chosen(expr, window) }],
    ),
  );

const chosen = (expr: string, window: string): string =>
  expr.replaceAll("$__rate_interval", window).replaceAll(/"\$(job|instance)"/g, '".*"');

/** Panels that may show nothing though all is well, by board and title. */
export const mayBeEmpty: ReadonlySet<string> = new Set(
  BOARDS.flatMap(({ uid, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, none }) => (none === undefined ? [] : [`${uid}: ${title}`])),
    ),
  ),
);
