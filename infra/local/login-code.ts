import { createServer } from "node:http";
import { LocalStackError } from "./local-stack-error.ts";

/**
 * Waits for a person to come back from Unit4's login page and gives the code that came along. Listens on the address of
 * `redirectUri`, which must be registered with Unit4 character for character, until then.
 * @throws LocalStackError LOGIN_FAILED when the login was refused or belongs to another request
 */
export async function waitForCode(redirectUri: string, state: string): Promise<string> {
  const { hostname, port, pathname } = new URL(redirectUri);
  const server = createServer();
  try {
    return await new Promise<string>((resolve, reject) => {
      server.on("request", (request, response) => {
        const { pathname: path, searchParams } = new URL(request.url ?? "/", redirectUri);
        if (path !== pathname) return void response.writeHead(404).end();
        const code = searchParams.get("code");
        const isOurs = searchParams.get("state") === state;
        response.writeHead(200, { "content-type": "text/plain; charset=utf-8", connection: "close" });
        response.end(
          code !== null && isOurs
            ? "De koppeling is gelukt; u kunt dit venster sluiten.\n"
            : "De koppeling is niet gelukt.\n",
        );
        if (code !== null && isOurs) resolve(code);
        else
          reject(
            new LocalStackError(
              "LOGIN_FAILED",
              `Unit4 gave no code (${searchParams.get("error") ?? "another state"}); run the command again.`,
            ),
          );
      });
      server.on("error", reject);
      server.listen(Number(port || 80), hostname);
    });
  } finally {
    server.close();
  }
}
