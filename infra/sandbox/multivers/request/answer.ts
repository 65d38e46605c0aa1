import type { Message } from "../rows/order-row.ts";

/** An answer of the API before it goes out. */
export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
}>;

/** 200, or another status, with a JSON body; a buffer is JSON already. */
export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, headers: JSON_TYPE, body: Buffer.isBuffer(value) ? value : JSON.stringify(value) };
}

/** What the rules of Multivers refuse: `{"messages": […]}`. */
export function messagesAnswer(messages: readonly Message[], status = 400): Answer {
  return jsonAnswer({ messages }, status);
}

/** One message of type Error about the whole request. */
export function refusal(message: string, status = 400): Answer {
  return messagesAnswer([{ message, messageType: "Error", path: "/" }], status);
}

/** What the web framework itself refuses: `{"Message": …}`, an unknown address for instance. */
export function frameworkAnswer(status: number, message: string): Answer {
  const headers = status === 401 ? { ...JSON_TYPE, "www-authenticate": "Bearer" } : JSON_TYPE;
  return { status, headers, body: JSON.stringify({ Message: message }) };
}

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
