import { readFileSync, statSync } from "node:fs";
import { Failure } from "./domain/failure.ts";

/**
 * The content of a file that others may replace, such as a certificate or a password: looked at each time, read only
 * where it has changed. What was read once is kept while the file is away, as in the middle of being replaced.
 * @returns a function that gives the content; it throws what node:fs throws as long as nothing could be read
 */
export function watchedFile(path: string): () => Buffer {
  let known: { readonly mark: string; readonly content: Buffer } | null = null;
  return () => {
    try {
      // With nanoseconds: two versions may be written within one millisecond.
      const { mtimeNs, size, ino } = statSync(path, { bigint: true });
      const mark = `${mtimeNs} ${size} ${ino}`;
      if (known?.mark !== mark) known = { mark, content: readFileSync(path) };
      return known.content;
    } catch (error) {
      if (known === null) throw error;
      return known.content;
    }
  };
}

/**
 * The secret in a file that holds nothing else, read anew where it was replaced; the line break at its end, which editors
 * leave, is not part of it. @param setting the one that names the file
 * @throws Failure CONFIG_INVALID when the file cannot be read
 */
export function secretFrom(setting: string, path: string): () => string {
  const read = watchedFile(path);
  const secret = (): string =>
    read()
      .toString("utf8")
      .replace(/\r?\n$/, "");
  try {
    secret();
  } catch (error) {
    throw new Failure("CONFIG_INVALID", `${setting} cannot be read: ${(error as Error).message}.`, error);
  }
  return secret;
}
