import { open } from "node:fs/promises";

const TAIL_BYTES = 16_384;

/** The last lines of a text file (at most 16 KB of it), for an error message. */
export async function lastLines(path: string, count: number): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(TAIL_BYTES), position: start });
    return buffer.toString("utf8", 0, bytesRead).trimEnd().split("\n").slice(-count).join("\n");
  } finally {
    await file.close();
  }
}
