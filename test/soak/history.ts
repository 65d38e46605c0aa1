import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";

/**
 * What happened in a run, one JSON object a line with its moment: `invoke` an order that was asked for, `ok` one that was
 * written, `fail` one that was refused, `info` one whose end is not known, `disturb` and `heal` what was done to the parts.
 */
export type History = {
  note(type: "invoke" | "ok" | "fail" | "info" | "disturb" | "heal", what: object): void;
  close(): Promise<void>;
};

/** Begins a history in a file, in place of an older one. */
export function createHistory(path: string): History {
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path);
  return {
    note: (type, what) => void file.write(`${JSON.stringify({ atMs: Date.now(), type, ...what })}\n`),
    close: async () => {
      file.end();
      await finished(file);
    },
  };
}
