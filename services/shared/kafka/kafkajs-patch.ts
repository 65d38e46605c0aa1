/**
 * kafkajs 2.2.4 re-arms a timer with a negative delay on every connection even when nothing is pending: about 900
 * wake-ups a second for each idle connection (tulios/kafkajs #1751, unmerged). Import once, before any client.
 */
import { createRequire } from "node:module";

type RequestQueue = {
  throttledUntil: number;
  readonly pending: readonly unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
};

/** Pause before pending requests are looked at again when no throttling applies, in milliseconds. */
const CHECK_AGAIN_MS = 10;

const load = createRequire(import.meta.url);
const { prototype } = load("kafkajs/src/network/requestQueue") as { readonly prototype: RequestQueue };

prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const waitMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    waitMs > 0 ? waitMs : CHECK_AGAIN_MS,
  );
};
