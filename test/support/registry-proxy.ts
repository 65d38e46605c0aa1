import { request as forward, type IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { CERTIFICATES, SERVER_KEY } from "./certificates.ts";

/** What stands before a registry: TLS, and an Authorization header that it asks for. */
export type RegistryProxy = {
  readonly url: string;
  /** The header that is asked for from now on. */
  authorization: string;
  close(): Promise<void>;
};

/** Starts it; it ends with the test. @param registryUrl where it forwards to */
export async function createRegistryProxy(
  t: Pick<TestContext, "after">,
  registryUrl: string,
  authorization: string,
): Promise<RegistryProxy> {
  const target = new URL(registryUrl);
  const server = createServer({ key: SERVER_KEY, cert: CERTIFICATES.good }, (request, response) => {
    if (request.headers.authorization !== proxy.authorization)
      return void response.writeHead(401, { "content-type": "application/json" }).end('{"message":"no"}');
    const { authorization: _, host: __, ...headers } = request.headers;
    const answered = (answer: IncomingMessage): void => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    };
    const { method } = request;
    request.pipe(
      forward(
        {
          host: target.hostname,
          port: target.port,
          path: request.url,
          headers,
          ...(method === undefined ? {} : { method }),
        },
        answered,
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  t.after(close);
  const { port } = server.address() as AddressInfo;
  const proxy: RegistryProxy = {
    url: `https://127.0.0.1:${port}${target.pathname}`,
    authorization,
    close,
  };
  return proxy;
}

export const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
