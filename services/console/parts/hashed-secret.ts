import { createHash, randomBytes } from "node:crypto";

/** A value that nobody can guess: 256 bits, for cookies, states and keys. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** What is stored of such a value. It needs no salt and no slow hash, since it cannot be guessed. */
export const secretHash = (secret: string): Buffer => createHash("sha256").update(secret).digest();
