/** The sandbox's sign-in service. From the environment. */
import { readConfig } from "../../../services/shared/config.ts";
import { describeError, isFailure } from "../../../services/shared/domain/failure.ts";
import { identitySettings } from "./config.ts";
import { createIdentity } from "./identity.ts";

function settingsOrExit() {
  try {
    return readConfig(identitySettings, process.env);
  } catch (error) {
    console.error(isFailure(error, "CONFIG_INVALID") ? error.message : describeError(error));
    process.exit(1);
  }
}

const config = settingsOrExit();
const identity = createIdentity({
  clientId: config.CONSOLE_OIDC_CLIENT_ID,
  clientSecret: config.CONSOLE_OIDC_CLIENT_SECRET,
  redirectUris: [new URL("/sign-in/callback", config.CONSOLE_PUBLIC_URL).href],
  signedOutUris: [new URL("/sign-in", config.CONSOLE_PUBLIC_URL).href],
  backChannelUri: new URL("/sign-out/back-channel", config.CONSOLE_PUBLIC_URL).href,
});
console.log(`Identity sandbox: ${await identity.listen(config.IDENTITY_PORT, config.IDENTITY_HOST)}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void identity.close());
