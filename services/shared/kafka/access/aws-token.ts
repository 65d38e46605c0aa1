import { createRequire } from "node:module";
import { describeError, Failure } from "../../domain/failure.ts";
import { keptToken } from "./kept-token.ts";

/** Amazon's own signer. It brings its whole SDK along, so only who uses it installs it. */
const PACKAGE = "aws-msk-iam-sasl-signer-js";
const VERSION = "1.0.3";

type Signer = {
  /** `expiryTime` in milliseconds since 1970 UTC. */
  generateAuthToken(options: { readonly region: string }): Promise<{
    readonly token: string;
    readonly expiryTime: number;
  }>;
};

/**
 * Tokens for Amazon MSK with IAM, which are URLs signed by the credentials that the AWS SDK finds: environment, files, or
 * the role of the machine. They live 15 minutes.
 * @param now milliseconds since 1970 UTC
 * @param load gives the package by its name, or throws MODULE_NOT_FOUND
 * @returns a function that gives a valid token; it throws Failure KAFKA_ACCESS_REFUSED where there are no credentials
 * @throws Failure CONFIG_INVALID when the signer is not installed
 */
export function awsTokenSource(
  region: string,
  now: () => number,
  load: (name: string) => unknown = createRequire(import.meta.url),
): () => Promise<string> {
  const signer = signerOf(load);
  return keptToken(async () => {
    try {
      const { token, expiryTime } = await signer.generateAuthToken({ region });
      return { token, lifeMs: expiryTime - now() };
    } catch (error) {
      throw new Failure(
        "KAFKA_ACCESS_REFUSED",
        `No token for Amazon MSK could be signed (${describeError(error)}); check the AWS credentials of this process and KAFKA_AWS_REGION.`,
        error,
      );
    }
  }, now);
}

function signerOf(load: (name: string) => unknown): Signer {
  try {
    return load(PACKAGE) as Signer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Failure(
      "CONFIG_INVALID",
      `KAFKA_SASL_MECHANISM=AWS_MSK_IAM needs a package that is not installed: npm install ${PACKAGE}@${VERSION}`,
      error,
    );
  }
}
