/** A request that came in. `status` is null until it is answered, and stays so when the socket was reset. */
export type SeenRequest = Readonly<{
  method: string;
  /** Decoded, without the version: `/api/MVL00042/CustomerInfo/KB16/2-BR`. */
  path: string;
  query: URLSearchParams;
  /** The administration that it names, as registered; null where none is named. */
  database: string | null;
  /** `Order`, `CustomerInfoList`, `OAuth/Token`, … as it was written. */
  operation: string;
  /** The portal user whose token it carries, if the token is valid; at the token endpoint that of the grant. */
  owner: string | null;
  /** The kind of grant at the token endpoint, else null. */
  grant: string | null;
  /** The reference of a posted order, else null. */
  reference: string | null;
  /** The text of the body. */
  body: string;
  atMs: number;
  status: number | null;
}>;

/**
 * What happens instead of the normal answer. Without status, headers, body and destroy it is only later by `delayMs`.
 * The rest is 200, no headers, empty body unless given.
 */
export type Interception = Readonly<{
  status?: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  /** Reset the socket instead of answering. */
  destroy?: boolean;
  delayMs?: number;
  /** Do the real work first; its answer is lost. */
  commitFirst?: boolean;
}>;

/** Decides what happens to a request before it is handled; null: nothing special. */
export type Intercept = (request: SeenRequest) => Interception | null;

/** The requests that came in, oldest first; the oldest go once there are more than 100,000. */
export class RequestLog {
  readonly #requests: SeenRequest[] = [];

  get requests(): readonly SeenRequest[] {
    return this.#requests;
  }

  /** Puts a request on the record and gives back the record of it. */
  add(request: SeenRequest): SeenRequest {
    const kept = { ...request };
    this.#requests.push(kept);
    // Taking one from the front at a time would move all the others each time.
    if (this.#requests.length > KEPT + SLACK) this.#requests.splice(0, this.#requests.length - KEPT);
    return kept;
  }

  /** Notes the status with which a request was answered. */
  answered(request: SeenRequest, status: number): void {
    Object.assign(request, { status });
  }
}

const KEPT = 100_000;
const SLACK = 1_000;
