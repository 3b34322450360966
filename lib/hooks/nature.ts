/**
 * How a program is attached:
 *
 * - `link`: with a bpf_link of the kernel, which can be pinned, opened by ID and described.
 * - `perf-event`: to a perf event without a bpf_link, as before Linux 5.15.
 * - `netlink`: to a network device over netlink, as XDP before Linux 5.9, and tc. The program stays attached if SIGKILL
 *   ends the process, or if another signal ends it while a worker holds the link, because only the main thread receives
 *   signals.
 * - `map`: to a sockmap or sockhash. The attachment ends with the map.
 * - `socket`: to a socket. The attachment ends with the socket.
 * - `device`: to a character device (lirc). The attachment ends with the device.
 * - `struct-ops`: registered as a struct_ops map without a bpf_link. It stays registered if the process is killed.
 * - `libbpf`: with several mechanisms that libbpf combines, as for USDT and for probes in tracefs.
 * - `group`: with several links that are closed together.
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
