import type { CustomerRow, Wipe } from "./domain/projection.ts";
