import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { ERRORS, type ErrorCode } from "./error-texts.ts";

/** Headers of an answer that no hook has seen: the request was not one that reaches a route. */
export const BARE_HEADERS = {
  "content-security-policy":
    "default-src 'self';frame-ancestors 'none';base-uri 'none';object-src 'none';form-action 'self'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cache-control": "no-store",
} as const;

type ConnectionError = Error & { readonly code?: string };

/** What a connection did wrong that is no request: too slow, headers too large, or not HTTP. */
function bareErrorOf({ code = "" }: ConnectionError): { readonly status: number; readonly code: ErrorCode } {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { status: 408, code: "TOO_SLOW" };
  if (code === "HPE_HEADER_OVERFLOW") return { status: 431, code: "TOO_LARGE" };
  return { status: 400, code: "INPUT_INVALID" };
}

/** Answers what is no request that could be read, in the form that programs get, and ends the connection. */
export function answerConnection(error: ConnectionError, socket: Duplex): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (socket.writable && !hasAnswerBegun(socket)) {
    const { status, code } = bareErrorOf(error);
    const body = JSON.stringify({ code, message: ERRORS.nl[code].text, requestId: "" });
    const headers = {
      ...BARE_HEADERS,
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(body)),
      connection: "close",
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
  }
  socket.destroy(error);
}

/** A second answer in the middle of a first one would be taken for part of it. */
const hasAnswerBegun = (socket: Duplex): boolean =>
  (
    socket as {
      readonly _httpMessage?: { readonly headersSent: boolean; readonly req: IncomingMessage } | null;
    }
  )._httpMessage?.headersSent === true;
