import { execFileSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { closeSync, openSync, readSync } from "node:fs";
import { expect, vi } from "vitest";
import { ownCgroup } from "../support/link.ts";

/** As in test/bpf/upgrade.h. */
const PORT = 40717;
const FIRST_EVENT = 2n ** 40n;

let made = 0;

/**
 * Packets and events that are sent all the time: over pairs of interfaces, from a cgroup of this process. Each is sent
 * once and is to be counted once.
 */
export class Traffic implements Disposable {
  readonly cgroup: string;
  /** The interfaces at which the packets arrive. */
  readonly interfaces: readonly string[];
  readonly #senders: readonly string[];
  readonly #cgroup = ownCgroup();
  readonly #subnet: number;
  readonly #zero = openSync("/dev/zero", "r");
  readonly #sockets: Socket[] = [];
  readonly #length: number;
  #timer: NodeJS.Timeout | undefined;
  #underway = 0;
  #failure: Error | undefined;
  /** The packets sent to each interface. */
  sent = 0;
  /** The events made. */
  events = 0;

  /** @param pairs - The number of interfaces. @param length - Bytes of a packet's payload. */
  constructor({ pairs = 1, length = 8 } = {}) {
    this.cgroup = this.#cgroup.path;
    this.#length = length;
    this.#subnet = 100 + (process.pid % 100);
    const names = Array.from({ length: pairs }, () => `${process.pid % 100_000}n${made++}`);
    this.#senders = names.map((name) => `us${name}`);
    this.interfaces = names.map((name) => `ur${name}`);
    for (const [index, name] of names.entries()) {
      const [from, to] = [`us${name}`, `ur${name}`];
      ip("link", "add", from, "type", "veth", "peer", "name", to);
      for (const each of [from, to]) {
        // Without IPv6, so that the kernel sends nothing of its own.
        execFileSync("sysctl", ["-qw", `net.ipv6.conf.${each}.disable_ipv6=1`]);
        ip("link", "set", each, "up");
      }
      ip("address", "add", `10.${this.#subnet}.${index}.1/24`, "dev", from);
      ip("neigh", "add", this.#address(index), "lladdr", "02:00:00:00:00:02", "dev", from);
    }
  }

  #address(index: number): string {
    return `10.${this.#subnet}.${index}.2`;
  }

  /** Sends until `stop`. */
  start(): this {
    const payload = Buffer.alloc(this.#length);
    // After this process is in the cgroup: a socket belongs to that of its creation.
    for (const _ of this.interfaces) this.#sockets.push(createSocket("udp4"));
    this.#timer = setInterval(() => {
      for (let i = 0; i < 4; i++) this.#send(payload);
    }, 1);
    return this;
  }

  #send(payload: Buffer): void {
    this.sent++;
    for (const [index, socket] of this.#sockets.entries()) {
      this.#underway++;
      socket.send(payload, PORT, this.#address(index), (error) => {
        this.#failure ??= error ?? undefined;
        this.#underway--;
      });
    }
    readSync(this.#zero, Buffer.alloc(1), 0, 1, Number(FIRST_EVENT) + this.events++);
  }

  /** Ends when everything that was sent has left this process. Throws if sending failed. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await vi.waitFor(() => expect(this.#underway).toBe(0), { timeout: 10_000, interval: 1 });
    if (this.#failure !== undefined) throw this.#failure;
    for (const socket of this.#sockets.splice(0)) socket.close();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets.splice(0)) socket.close();
    closeSync(this.#zero);
    for (const sender of this.#senders) ip("link", "delete", sender);
    this.#cgroup[Symbol.dispose]();
  }
}

function ip(...words: string[]): void {
  execFileSync("ip", words);
}

/** Waits until a condition holds that the kernel brings about. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000, interval: 2 });
}
