import { parseArgs } from "node:util";
import { Failure } from "../../services/shared/domain/failure.ts";
import { createPool } from "../../services/shared/postgres.ts";
import { processName } from "../../services/shared/process-name.ts";
import { rotateKeys } from "../../services/shared/unit4/tokens/key-rotation.ts";
import { createTokenCipher } from "../../services/shared/unit4/tokens/token-cipher.ts";
import { readAddresses } from "./addresses.ts";
import { type Command, UsageError } from "./command.ts";

/** Changes the keys of the environment under which tokens are kept; services go on meanwhile. */
export const keysCommand: Command = {
  name: "keys",
  summary: "puts stored tokens under the first key of TOKEN_KEYS, so that the others may go",
  usage: "rotate",
  run: async (args, environment) => {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    if (positionals.length !== 1 || positionals[0] !== "rotate") throw new UsageError("What about the keys?");
    const cipher = createTokenCipher(environment["TOKEN_KEYS"] ?? "");
    const pool = createPool({
      url: readAddresses(environment).databaseUrl,
      size: 2,
      applicationName: "keys",
    });
    try {
      const { wrapped, sealed, failed } = await rotateKeys(pool, cipher, processName());
      const done = `${wrapped} data keys wrapped anew, the tokens of ${sealed} tenants sealed anew.`;
      if (failed.length === 0) return `${done} The other keys of TOKEN_KEYS may go.`;
      const whys = failed.map(({ tenantId, why }) => `${tenantId}: ${why}`).join("\n");
      throw new Failure("KEYS_NOT_ROTATED", `${done} It failed for:\n${whys}\nKeep all keys of TOKEN_KEYS.`);
    } finally {
      await pool.end();
    }
  },
};
