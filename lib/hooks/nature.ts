/**
 * How a program is attached.
 *
 * - `link`: by a bpf_link of the kernel, which can be pinned, found by ID and described.
 * - `perf-event`: on a perf event, as before Linux 5.15.
 * - `netlink`: at a network device, as XDP before 5.9 and tc before 6.6. It stays when the process is killed by
 *   SIGKILL, and when a signal ends the process while a worker holds the link: only the main thread can listen for
 *   signals.
 * - `map`: to a map of sockets. It ends with the map.
 * - `socket`: to a socket. It ends with the socket.
 * - `device`: to a character device (lirc). It ends with the device.
 * - `struct-ops`: registered by the content of a map, without a bpf_link. It stays when the process is killed.
 * - `libbpf`: by several means at once, as USDT and probes written to tracefs.
 * - `group`: several links that are held as one.
 */
export type LinkNature =
  | "link"
  | "perf-event"
  | "netlink"
  | "map"
  | "socket"
  | "device"
  | "struct-ops"
  | "libbpf"
  | "group";
