import { type Layout, layoutOf } from "../../../codec/index.ts";
import { type AnyMap, EbpfError, KeyedMap, LpmTrie, PerCpuMap } from "../../../index.ts";
import { codecsOf } from "../../../map/kinds.ts";
import { UsageError } from "../../usage-error.ts";
import { parseValue } from "../values/parse-value.ts";

/** A map in the kernel with the types that it was created with. */
export interface TypedMap {
  map: AnyMap;
  /** The map, if it has keys. Reading this property throws for a map without keys. */
  readonly keyed: AnyMap;
  key: Layout | undefined;
  /** The layout of the value; for a per-CPU map, of the value of one CPU. */
  value: Layout | undefined;
  keyName: string;
  valueName: string;
  parseKey(text: string): unknown;
  parseValue(text: string): unknown;
}

/** Finds the types of a map. */
export function typedMap(map: AnyMap): TypedMap {
  const types = codecsOf(map);
  const key = layoutIfFits(types?.key, map.keySize);
  const value = layoutIfFits(types?.value, map.valueSize);
  const index: Layout = { kind: "int", name: "u32", size: 4, signed: false };
  const keyLayout = key ?? (map.type.endsWith("array") && map.keySize === 4 ? index : undefined);
  return {
    map,
    get keyed() {
      if (map instanceof KeyedMap) return map;
      throw new EbpfError("ERR_EBPF_NOT_SUPPORTED", `map "${(map as AnyMap).name}" has no entries by key`, {
        operation: "lookup",
      });
    },
    key: keyLayout,
    value,
    keyName: keyLayout?.name ?? (map.keySize === 0 ? "none" : "bytes"),
    valueName: value?.name ?? "bytes",
    parseKey(text) {
      const subject = `key of map "${map.name}"`;
      // Its keys are networks: 10.0.0.0/8.
      return map instanceof LpmTrie ? text : parseValue(text, keyLayout, subject);
    },
    parseValue(text) {
      const subject = `value of map "${map.name}"`;
      return map instanceof PerCpuMap
        ? parseCpus(text, map, value, subject)
        : parseValue(text, value, subject);
    },
  };
}

function layoutIfFits(codec: { size: number } | undefined, size: number): Layout | undefined {
  return codec?.size === size ? layoutOf(codec) : undefined;
}

function parseCpus(
  text: string,
  { cpus }: PerCpuMap<unknown, unknown>,
  value: Layout | undefined,
  subject: string,
): unknown {
  if (value === undefined) throw new UsageError(`${subject}: the type of its values is unknown`);
  const name = `${value.name}[${cpus}]`;
  const list: Layout = {
    kind: "array",
    element: value,
    length: cpus,
    size: cpus * value.size,
    name,
    tail: false,
  };
  const values = parseValue(text, list, subject) as unknown[];
  if (values.length === cpus) return values;
  throw new UsageError(`${subject}: expected ${cpus} values, one for each CPU, received ${values.length}`);
}
