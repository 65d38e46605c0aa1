import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { ConsoleWorld, Visitor } from "./console-world.ts";

/** Begins a request and reads no more of its answer than its head. */
export async function begin(site: ConsoleWorld, path: string, cookie: string): Promise<IncomingMessage> {
  const asked = get(site.url + path, { agent: false, headers: { cookie } });
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  answer.on("error", () => {});
  return answer;
}

/** What a signed-in person's browser shows. */
export const cookieOf = ({ jar }: Visitor, { url }: ConsoleWorld): string =>
  `__Host-session=${jar.cookie(url, "__Host-session")}`;
