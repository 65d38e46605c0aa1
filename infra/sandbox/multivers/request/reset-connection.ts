import type { Socket } from "node:net";

/**
 * Ends a connection by a reset, or in the ordinary way where its end has begun already: libuv refuses a reset while a
 * connection shuts down, Node counts it as closed all the same, and the process could never end
 * (`uv_tcp_close_reset` in libuv's documentation; `TCPWrap::Reset` of Node 24).
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
