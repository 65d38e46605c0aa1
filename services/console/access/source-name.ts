import { createHmac, randomBytes } from "node:crypto";

/** Known to this process alone: a name cannot be turned back into the address, nor compared with another process's. */
const KEY = randomBytes(32);

/** Names a network address without telling it, so that what comes from one place is seen to. */
export const sourceName = (address: string): string =>
  createHmac("sha256", KEY).update(address).digest("base64url").slice(0, 12);
