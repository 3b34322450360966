// Looks keys up, and says of each failure what it is and what to do.
import { BpfMap, type EbpfError } from "ebpf";
import { command } from "../tools/command.ts";

const usage = `Usage: safe-lookup [options] [KEY...]

Looks keys up in a map that has the keys 1, 2 and 3, and says of each failure what it is.
Without keys: 2, 7, -1 and apple. The last lookup is in the map after it was closed.
`;

const { positionals, print } = command(usage, {});
const keys = positionals.length > 0 ? positionals : ["2", "7", "-1", "apple"];
using map = BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 3, name: "prices" });
for (const key of [1, 2, 3]) map.set(key, BigInt(key * 100));
for (const key of keys) show(key);
map.close();
show("2");

function show(key: string): void {
  // What the command line has need not be a number: the map says so.
  const result = safeLookup(map, (Number.isNaN(Number(key)) ? key : Number(key)) as number);
  print({ key, ...result }, () => `${key}: ${result.ok ? result.value : `${result.code}: ${result.reason}`}`);
}

/** A value, or why there is none. */
type Lookup<V> = { ok: true; value: V } | { ok: false; code: string; reason: string };

/** Looks a key up. What is not an error of the package, such as a fault of this code, is thrown on. */
function safeLookup<K, V>(map: { lookup(key: K): V }, key: K): Lookup<V> {
  try {
    return { ok: true, value: map.lookup(key) };
  } catch (error) {
    if (!isEbpfError(error)) throw error;
    switch (error.code) {
      case "ERR_EBPF_KEY_NOT_EXIST":
        return { ok: false, code: error.code, reason: `the map has no key ${key}` };
      case "ERR_EBPF_ENCODE":
        return { ok: false, code: error.code, reason: `no key can have this value: ${error.message}` };
      case "ERR_EBPF_CLOSED":
        return { ok: false, code: error.code, reason: "the map was closed" };
      case "ERR_EBPF_PERMISSION":
        return { ok: false, code: error.code, reason: `this process may not read the map: ${error.message}` };
      default:
        return { ok: false, code: error.code, reason: error.message };
    }
  }
}

/** By the code, not by the class: the error can come from another copy of the package. */
function isEbpfError(error: unknown): error is EbpfError {
  return error instanceof Error && String((error as Partial<EbpfError>).code).startsWith("ERR_EBPF_");
}
