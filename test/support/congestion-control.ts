import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The congestion controls that are registered. */
export function registered(): string {
  return readFileSync("/proc/sys/net/ipv4/tcp_available_congestion_control", "utf8");
}

/** Opens a connection over loopback that uses a congestion control. */
export function useCongestionControl(name: string): void {
  const python = `
import socket
server = socket.create_server(("127.0.0.1", 0))
client = socket.socket()
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"${name}")
client.connect(server.getsockname())`;
  execFileSync("python3", ["-c", python]);
}
