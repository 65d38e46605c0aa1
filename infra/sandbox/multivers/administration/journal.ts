import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * Append-only memory of mutations: one JSON object a line. A line is written before the call returns, so it outlives a
 * killed process. What a kill cut off in the middle of a line is dropped at the next start.
 */
export type Journal<Entry> = { readonly append: (entry: Entry) => void; readonly close: () => void };

/**
 * Reads `path` through `replay`, oldest first, and opens it for more; with `null` nothing is read or kept.
 * @throws JournalError with code JOURNAL_UNREADABLE when a whole line is not JSON.
 */
export function openJournal<Entry>(path: string | null, replay: (entry: Entry) => void): Journal<Entry> {
  if (path === null) return { append: () => {}, close: () => {} };
  if (existsSync(path)) for (const entry of wholeLines<Entry>(path)) replay(entry);
  let file: number | null = null;
  return {
    append(entry) {
      if (file === null) {
        mkdirSync(dirname(path), { recursive: true });
        file = openSync(path, "a");
      }
      appendFileSync(file, `${JSON.stringify(entry)}\n`);
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** What stands in a journal makes no sense; a person has to look at it. */
class JournalError extends Error {
  override readonly name = "JournalError";
  readonly code = "JOURNAL_UNREADABLE";
}

function wholeLines<Entry>(path: string): Entry[] {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  // The next line would otherwise be glued to the remains of the last one.
  if (end < bytes.length) truncateSync(path, end);
  return bytes
    .toString("utf8", 0, end)
    .split("\n")
    .slice(0, -1)
    .map((line, i) => parsed<Entry>(line, `${path}, line ${i + 1}`));
}

function parsed<Entry>(line: string, place: string): Entry {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new JournalError(`${place} is not JSON: remove the line, or the file to start afresh`, { cause });
  }
}
