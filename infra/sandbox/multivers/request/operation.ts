import type { RequestPath } from "./request-path.ts";

/**
 * What a request asks for, as it was written: `Order`, `CustomerInfoList`, `AdministrationNVL`, `OAuth/Token`. Below
 * `/api/` the code of an administration stands before it, except where none is needed.
 */
export function operationOf({ area, segments }: RequestPath, database: string | null): string {
  const [first = "", second = ""] = segments;
  if (area === "oauth") return `OAuth/${segments.join("/")}`;
  return database === null ? first : second;
}
