import type { ArticleFilter } from "../../shared/domain/article-filter.ts";
import type { Settings } from "../../shared/domain/settings.ts";
import { contentHash } from "./content-hash.ts";

/** Raised when rows are mapped to events in another way, so that unchanged pages are read once more. */
const MAPPING_VERSION = 1;

/** Two lists read under the same hash treat the same bytes alike. @param choices the tenant's settings that matter */
export const choicesHash = (choices: ArticleFilter | Settings["firstWorkAddress"]): string =>
  contentHash([MAPPING_VERSION, choices]).toString(16);
