import { fork } from "node:child_process";

/** A helper of a bench in a process of its own. */
export type BenchChild<Command, Answer> = {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly hello: Answer;
  /** Has it done. @throws Error what the helper failed with, or that it has ended */
  ask(command: Command): Promise<Answer>;
  stop(): void;
};

/** Of the question with that number; the first is what the helper says of itself. */
type Reply<Answer> =
  | { readonly number: number; readonly answer: Answer }
  | { readonly number: number; readonly error: string };
type Question<Command> = { readonly number: number; readonly command: Command };

/** Starts a helper; ready when this resolves. @param env beside this process's own */
export async function startChild<Command extends object, Answer>(
  path: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BenchChild<Command, Answer>> {
  const child = fork(path, { execArgv: [], env: { ...process.env, ...env } });
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  const waitFor = (number: number): Promise<Answer> => {
    const reply = Promise.withResolvers<Answer>();
    waiting.set(number, reply);
    return reply.promise;
  };
  child.on("message", (reply: Reply<Answer>) => {
    const asked = waiting.get(reply.number);
    waiting.delete(reply.number);
    if ("answer" in reply) asked?.resolve(reply.answer);
    else asked?.reject(new Error(reply.error));
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${path} ended with ${code}`));
  });
  let asked = 0;
  const hello = await waitFor(0);
  return {
    pid: child.pid ?? 0,
    hello,
    ask: (command) => {
      asked += 1;
      const question: Question<Command> = { number: asked, command };
      child.send(question);
      return waitFor(asked);
    },
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** In the helper: answers what it is asked until its parent lets go of it. @param hello said at once */
export function serveParent<Command, Answer>(
  hello: Answer,
  answer: (command: Command) => Promise<Answer>,
): void {
  const send = (reply: Reply<Answer>): void => {
    process.send?.(reply);
  };
  process.on("message", ({ number, command }: Question<Command>) => {
    answer(command).then(
      (given) => send({ number, answer: given }),
      (error: unknown) => send({ number, error: String(error) }),
    );
  });
  process.on("disconnect", () => process.exit(0));
  send({ number: 0, answer: hello });
}
