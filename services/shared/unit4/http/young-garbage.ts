import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;

/**
 * Frees what was let go of a moment ago, in a millisecond or so. V8 begins by itself when small objects pile up, not the bytes behind
 * them: the pieces of a large answer are a thousand small objects, and 60 MB.
 */
export const freeYoungGarbage = (): void => collect({ type: "minor" });
