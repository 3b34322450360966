import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";

/** Sends a datagram to an IPv4 address. */
export async function sendDatagramTo(address: string): Promise<void> {
  const socket = createSocket("udp4");
  await new Promise((resolve) => socket.send("x", 9, address, resolve));
  socket.close();
}

/** Sends a datagram over the loopback device. */
export const sendDatagram = (): Promise<void> => sendDatagramTo("127.0.0.1");

/** Opens an IPv4 connection to this process, sends and receives on it, and closes it. */
export async function converse(): Promise<number> {
  const server = createServer((socket) => socket.once("data", () => socket.end("answer")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const client = createConnection({ host: "127.0.0.1", port });
  client.end("ping");
  client.resume();
  await once(client, "close");
  server.close();
  return port;
}
