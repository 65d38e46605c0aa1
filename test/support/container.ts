import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ImageTree } from "./image-tree.ts";

/** A program that runs as in a container of an image. */
export type Container = {
  readonly lines: readonly string[];
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Ends it with SIGTERM. @returns exit code */
  stop(): Promise<number | null>;
};

const BWRAP = "bwrap";

/**
 * Runs a program of an image by bubblewrap: as the image's user, with nothing but the image's files, all of them read-only,
 * and what Node itself needs of this machine. The network is this machine's. It ends with the test.
 * @param volumes folders of this machine by their path in the container; those alone can be written to
 */
export function runContainer(
  t: TestContext,
  image: ImageTree,
  options: {
    readonly command?: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly volumes?: Readonly<Record<string, string>>;
  },
): Container {
  const { command = image.command, environment, volumes = {} } = options;
  const [uid = "", gid = ""] = image.user.split(":");
  const [node = ""] = image.entrypoint;
  const child = spawn(
    BWRAP,
    [
      ...["--unshare-user", "--uid", uid, "--gid", gid, "--die-with-parent", "--new-session"],
      ...["--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"],
      ...["--ro-bind", process.execPath, node],
      ...["--ro-bind", join(image.root, image.workdir), image.workdir],
      ...Object.entries(volumes).flatMap(([path, folder]) => ["--bind", folder, path]),
      ...["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/", "--chdir", image.workdir, "--clearenv"],
      ...Object.entries({ ...image.environment, ...environment }).flatMap((one) => ["--setenv", ...one]),
      ...image.entrypoint,
      ...command,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => lines.push(...text.split("\n").filter(Boolean)));
  const ended = once(child, "exit").then(
    ([code]) => code as number | null,
    () => {
      lines.push(`${BWRAP} is missing; install it with: apt-get install bubblewrap`);
      return null;
    },
  );
  const stop = async (): Promise<number | null> => {
    // bwrap passes no signals on: its child is the program.
    if (child.exitCode === null && child.pid !== undefined)
      for (const pid of childrenOf(child.pid)) process.kill(pid, "SIGTERM");
    return ended;
  };
  t.after(stop);
  return { lines, ended, stop };
}

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
