/** A reporter that fails a run in which no test ran: node's own runner ends such a run with exit code 0. */
type Event = { type: string; data: { file?: string; counts?: { tests: number } } };

export default async function* noEmptyRun(source: AsyncIterable<Event>): AsyncGenerator<string> {
  for await (const event of source)
    if (event.type === "test:summary" && event.data.file === undefined && event.data.counts?.tests === 0) {
      process.exitCode = 1;
      yield "no test ran\n";
    }
}
