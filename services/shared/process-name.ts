import { hostname } from "node:os";

/** Name of this process on its leases: host and process id. */
export const processName = (): string => `${hostname()}/${process.pid}`;
