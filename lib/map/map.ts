import { KeyedMap } from "./keyed.ts";

/**
 * A map in the kernel, shared with the programs that use it: every call is a system call, nothing is cached.
 *
 * It is used like JavaScript's own Map.
 */
export class BpfMap<K = unknown, V = unknown> extends KeyedMap<K, V> {}
