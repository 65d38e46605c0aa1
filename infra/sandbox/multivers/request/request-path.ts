/** A path of the API, taken apart: `version` is `V22` or what else stands before `api` or `OAuth`. */
export type RequestPath = Readonly<{
  version: string;
  area: "api" | "oauth";
  /** Decoded segments behind the area. */
  segments: readonly string[];
  format: "json" | "xml";
}>;

/**
 * Takes a raw path apart. Ids may hold any character as `%XX` or as `!_XX` (the API's own way, since its web server
 * refuses some percent signs). `null`: not a path of the API, or wrongly encoded.
 */
export function parsePath(rawPath: string): RequestPath | null {
  const raw = rawPath.split("/").filter((segment) => segment !== "");
  const at = raw.slice(0, 2).findIndex((segment) => AREA.test(segment));
  const area = raw[at]?.toLowerCase();
  if (area !== "api" && area !== "oauth") return null;
  const format = raw.at(-1)?.toLowerCase().endsWith(".xml") ? "xml" : "json";
  const segments = raw
    .slice(at + 1)
    .map((segment, i, all) => decoded(i === all.length - 1 ? withoutSuffix(segment) : segment));
  if (!segments.every((segment) => segment !== null)) return null;
  return { version: at === 0 ? "" : (raw[0] ?? ""), area, segments, format };
}

const AREA = /^(api|oauth)$/i;

function withoutSuffix(segment: string): string {
  return segment.replace(/\.(json|xml)$/i, "");
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment.replace(/!_([0-9A-Fa-f]{2})/g, "%$1"));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
