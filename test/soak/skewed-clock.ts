/** Loaded before a program of the soak: its clock is wrong by SOAK_CLOCK_SKEW_MS, as a host's may be. */
const skewMs = Number(process.env["SOAK_CLOCK_SKEW_MS"] ?? 0);
const realNow = Date.now.bind(Date);
const now = (): number => realNow() + skewMs;

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
