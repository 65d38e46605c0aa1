import type { Queryable } from "../../shared/postgres.ts";
import { secretHash } from "../parts/hashed-secret.ts";

/** A sign-in on its way to the provider and back. */
export type SignInAttempt = {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Path of our own that the person wanted. */
  readonly returnTo: string;
  /** Whether the person has to show anew who they are, whatever the provider remembers. */
  readonly isAgain: boolean;
};

/** Keeps a sign-in until the person comes back. @param id value of the cookie that binds it to this browser */
export async function insertAttempt(db: Queryable, id: string, attempt: SignInAttempt): Promise<void> {
  await db.query(
    `insert into integration.sign_in_attempts (id_hash, state, nonce, code_verifier, return_to, is_again)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      ...[secretHash(id), attempt.state, attempt.nonce, attempt.codeVerifier],
      ...[attempt.returnTo, attempt.isAgain],
    ],
  );
}

/** Takes a sign-in away: each works once, for ten minutes. null when there is none. */
export async function takeAttempt(db: Queryable, id: string): Promise<SignInAttempt | null> {
  const { rows } = await db.query<SignInAttempt>(
    `delete from integration.sign_in_attempts where id_hash = $1 and begun_at > now() - interval '10 minutes'
     returning state, nonce, code_verifier as "codeVerifier", return_to as "returnTo", is_again as "isAgain"`,
    [secretHash(id)],
  );
  return rows[0] ?? null;
}
