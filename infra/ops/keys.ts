import { Failure } from "../../services/shared/domain/failure.ts";
import { processName } from "../../services/shared/process-name.ts";
import { rotateKeys } from "../../services/shared/unit4/tokens/key-rotation.ts";
import { createTokenCipher } from "../../services/shared/unit4/tokens/token-cipher.ts";
import { type AddTool, type Ops, withDatabase } from "./command.ts";

/** Changes the keys of the environment under which tokens are kept; services go on meanwhile. */
export const addKeys: AddTool = (program, ops) => {
  const keys = program
    .command("keys")
    .summary("puts stored tokens under the first key of TOKEN_KEYS, so that the others may go")
    .description("The keys of the environment under which tokens are kept.");
  const rotate = keys
    .command("rotate")
    .description("Puts stored tokens under the first key of TOKEN_KEYS, so that the others may go.")
    .action(() => ops.run(rotate, () => rotateAll(ops)));
};

async function rotateAll(ops: Ops): Promise<string> {
  const cipher = createTokenCipher(ops.environment["TOKEN_KEYS"] ?? "");
  return withDatabase(ops, "keys", async (pool) => {
    const { wrapped, sealed, failed } = await rotateKeys(pool, cipher, processName());
    const done = `${wrapped} data keys wrapped anew, the tokens of ${sealed} tenants sealed anew.`;
    if (failed.length === 0) return `${done} The other keys of TOKEN_KEYS may go.`;
    const whys = failed.map(({ tenantId, why }) => `${tenantId}: ${why}`).join("\n");
    throw new Failure("KEYS_NOT_ROTATED", `${done} It failed for:\n${whys}\nKeep all keys of TOKEN_KEYS.`);
  });
}
