import { HANG_OF_A_TEST_MS } from "./limits.ts";

type Suite = {
  /** Where its test files are, from the root of the tree. */
  readonly folders: readonly string[];
  readonly options: readonly string[];
  /** Only a hang reaches it: a test file whose process does not end has no limit of node's own. */
  readonly longestMinutes: number;
};

const REPORTERS = [
  "--test-reporter=spec",
  "--test-reporter-destination=stdout",
  "--test-reporter=./test/support/no-empty-run.ts",
  "--test-reporter-destination=stderr",
];
const PATIENCE = `--test-timeout=${HANG_OF_A_TEST_MS}`;
/** Real Kafka, registry and Postgres, once for all files of the suite. */
const STACK = "--test-global-setup=./test/support/global-setup.ts";

export const SUITES: Readonly<Record<string, Suite>> = {
  unit: { folders: ["test/unit"], options: ["--test-isolation=none"], longestMinutes: 10 },
  integration: {
    folders: ["test/integration", "test/e2e"],
    options: [STACK, "--test-concurrency=2", PATIENCE],
    longestMinutes: 50,
  },
  companies: {
    folders: ["test/companies"],
    options: [STACK, "--test-concurrency=1", PATIENCE],
    longestMinutes: 15,
  },
  fuzz: {
    folders: ["test/fuzz"],
    options: [STACK, "--test-concurrency=1", PATIENCE],
    longestMinutes: 10,
  },
  upgrade: {
    folders: ["test/upgrade"],
    options: [STACK, "--test-concurrency=1", PATIENCE],
    longestMinutes: 20,
  },
  alerts: {
    folders: ["test/alerts"],
    options: [STACK, "--test-concurrency=1", PATIENCE],
    longestMinutes: 20,
  },
  clients: {
    folders: ["test/clients"],
    options: [STACK, "--test-concurrency=1", PATIENCE],
    longestMinutes: 10,
  },
  faults: {
    folders: ["test/faults"],
    options: [STACK, "--test-concurrency=1", PATIENCE],
    longestMinutes: 180,
  },
};

/** Whether a suite starts Kafka, registry and Postgres, and whatever else its tests run. */
export const needsStack = (name: string): boolean => SUITES[name]?.options.includes(STACK) ?? false;

/**
 * What node is called with for a suite. @param typed options of node --test, and files
 * @returns null: files were named, and none of them is of this suite
 */
export function suiteArguments(name: string, typed: readonly string[]): readonly string[] | null {
  const { folders = [], options = [] } = SUITES[name] ?? {};
  const more = typed.filter((word) => word.startsWith("-"));
  const named = typed.filter((word) => !word.startsWith("-"));
  const own = named.filter((file) => folders.some((folder) => file.startsWith(`${folder}/`)));
  if (named.length > 0 && own.length === 0) return null;
  const files = named.length > 0 ? own : folders.map((folder) => `${folder}/**/*.test.ts`);
  return ["--test", ...options, ...REPORTERS, ...more, ...files];
}
