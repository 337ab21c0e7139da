import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const open = new Set<Socket>();

// Source: https://nodejs.org/docs/latest-v20.x/api/diagnostics_channel.html#net
subscribe("net.client.socket", (message) => {
  const { socket } = message as { readonly socket: Socket };
  open.add(socket);
  socket.once("close", () => open.delete(socket));
});

/** The SDK listens for a socket's timeout from three seconds after it sent a request; milliseconds. */
const LISTENED_TO = 3_200;

/**
 * Lets the client of a connection give up its request, as it does after 60 s without a byte. No other request is
 * affected, so that a busy machine changes nothing.
 */
export function giveUpOn(clientPort: number | undefined): void {
  setTimeout(() => {
    for (const socket of open) if (socket.localPort === clientPort) socket.emit("timeout");
  }, LISTENED_TO);
}
