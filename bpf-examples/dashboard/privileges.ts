// Drops the privileges of root permanently.
import { readFileSync } from "node:fs";

/** A user and its group. */
export interface User {
  name: string;
  uid: number;
  gid: number;
}

/** Finds a user other than root in /etc/passwd. */
export function findUser(name: string): User {
  const entry = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([found]) => found === name);
  if (entry === undefined) throw new Error(`no user has the name "${name}"`);
  const [uid, gid] = [Number(entry[2]), Number(entry[3])];
  if (uid === 0) throw new Error(`the user "${name}" is root; expected one without privileges`);
  return { name, uid, gid };
}

/**
 * Makes all threads of this process run as the user. Descriptors and memory that are open stay usable: those of ring buffers,
 * variables and links. With the user ID 0, the kernel takes away all capabilities.
 */
export function becomeUser({ name, uid, gid }: User): void {
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  const held = /^CapPrm:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  if (process.geteuid?.() !== uid || Number(`0x${held}`) !== 0)
    throw new Error(`privileges remain after becoming ${name}`);
}
