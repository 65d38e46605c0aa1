import { appendFileSync, closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";

/** Lines that are only ever added to. They are numbered from 0. */
export type Lines = {
  readonly count: number;
  /** Adds a line, which may not hold a line break. `durable`: it outlives a kill of the process from now on. */
  append(line: string, durable: boolean): void;
  /** At most `count` lines from number `from`. */
  read(from: number, count: number): string[];
  close(): void;
};

/** Lines in memory only. */
export class LinesInMemory implements Lines {
  readonly #lines: string[] = [];

  get count(): number {
    return this.#lines.length;
  }

  append(line: string): void {
    this.#lines.push(line);
  }

  read(from: number, count: number): string[] {
    return this.#lines.slice(from, from + count);
  }

  close(): void {}
}

/**
 * Lines in a file, with the place of every 256th in memory: a million lines cost some kilobytes, and any page of them is
 * one read. Lines of one turn of the event loop are written together. What a kill cut off in the middle of a line is
 * dropped at the next start.
 */
export class LinesInFile implements Lines {
  readonly #file: number;
  readonly #marks: number[] = [];
  #count = 0;
  #bytes = 0;
  #pending = "";
  #flushing: NodeJS.Immediate | null = null;
  #closed = false;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "a+");
    this.#scan();
    ftruncateSync(this.#file, this.#bytes);
  }

  get count(): number {
    return this.#count;
  }

  /** Lines that come after `close`, from requests that were cut off by it, are dropped. */
  append(line: string, durable: boolean): void {
    if (this.#closed) return;
    this.#pending += `${line}\n`;
    this.#counted(Buffer.byteLength(line) + 1);
    if (durable) this.#flush();
    else this.#flushing ??= setImmediate(() => this.#flush());
  }

  read(from: number, count: number): string[] {
    if (count <= 0 || from >= this.#count) return [];
    this.#flush();
    const first = Math.floor(from / LINES_PER_MARK);
    const start = this.#marks[first] ?? 0;
    const end = this.#marks[Math.ceil((from + count) / LINES_PER_MARK)] ?? this.#bytes;
    const skipped = from - first * LINES_PER_MARK;
    return this.#bytesBetween(start, end)
      .toString("utf8")
      .split("\n")
      .slice(0, -1)
      .slice(skipped, skipped + count);
  }

  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#flushing !== null) clearImmediate(this.#flushing);
    this.#flushing = null;
    if (this.#pending === "") return;
    appendFileSync(this.#file, this.#pending);
    this.#pending = "";
  }

  #scan(): void {
    const size = fstatSync(this.#file).size;
    for (let at = 0; at < size; at += SCAN_BYTES) {
      const chunk = this.#bytesBetween(at, Math.min(size, at + SCAN_BYTES));
      for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, end + 1))
        this.#counted(at + end + 1 - this.#bytes);
    }
  }

  #counted(lineBytes: number): void {
    if (this.#count % LINES_PER_MARK === 0) this.#marks.push(this.#bytes);
    this.#count += 1;
    this.#bytes += lineBytes;
  }

  #bytesBetween(start: number, end: number): Buffer {
    const bytes = Buffer.alloc(end - start);
    for (let got = 0; got < bytes.length; ) {
      const more = readSync(this.#file, bytes, got, bytes.length - got, start + got);
      if (more === 0) return bytes.subarray(0, got);
      got += more;
    }
    return bytes;
  }
}

const LINES_PER_MARK = 256;
const SCAN_BYTES = 1024 * 1024;
