import type { Btf, BtfMember, BtfType } from "../../btf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import type { MapDefinition } from "../defined-map.ts";
import { initialMapFields } from "../map-fields.ts";
import { isMapInMap, mapTypeName } from "../map-types.ts";
import { kernelMapName } from "./map-name.ts";

type Draft = { -readonly [K in keyof MapDefinition]: MapDefinition[K] };

/** A map with the given name and default properties. */
export function emptyDefinition(name: string, section: string): Draft {
  return {
    name,
    kernelName: kernelMapName(name),
    section,
    ...initialMapFields,
    pinning: "none",
    autocreate: true,
    declaration: undefined,
    key: undefined,
    value: undefined,
    inner: undefined,
    slots: [],
    structOps: undefined,
    data: undefined,
  };
}

/**
 * Reads the anonymous struct whose members define a map: `__uint(type, …)` is a pointer to an array of that many
 * elements, `__type(key, …)` a pointer to the type, `__ulong(map_extra, …)` an enum of one value.
 *
 * Refuses the same definitions as libbpf 1.7.
 */
export function readMapDefinition(btf: Btf, name: string, struct: BtfType, isInner = false): MapDefinition {
  const refuse = (problem: string): ObjectFormatError =>
    new ObjectFormatError(`map "${name}": ${problem}`, { section: ".maps" });
  if (struct.kind !== "struct") throw refuse(`is defined by a ${struct.kind}, not by a struct`);
  const map = emptyDefinition(name, ".maps");

  const pointee = (member: BtfMember): BtfType => {
    const pointer = btf.resolve(member.type);
    if (pointer.kind !== "ptr")
      throw refuse(`attribute "${member.name}" is a ${pointer.kind}, not a pointer`);
    return btf.type(pointer.type);
  };
  const uint = (member: BtfMember): number => {
    const array = pointee(member);
    if (array.kind !== "array")
      throw refuse(`attribute "${member.name}" points to a ${array.kind}, not to an array`);
    return array.length;
  };
  const ulong = (member: BtfMember): bigint => {
    const type = btf.resolve(member.type);
    if (type.kind !== "enum" && type.kind !== "enum64") return BigInt(uint(member));
    const [only, ...others] = type.values;
    if (only === undefined || others.length > 0) throw refuse(`attribute "${member.name}" is not a number`);
    return BigInt.asUintN(64, BigInt(only.value));
  };
  const size = (what: "key" | "value", known: number, found: number): number => {
    if (known !== 0 && known !== found) throw refuse(`${what} is of ${known} bytes and of ${found}`);
    return found;
  };

  for (const [i, member] of struct.members.entries()) {
    switch (member.name) {
      case "type":
        map.type = mapTypeName(uint(member));
        break;
      case "max_entries":
        map.maxEntries = uint(member);
        break;
      case "map_flags":
        map.flags = uint(member);
        break;
      case "numa_node":
        map.numaNode = uint(member);
        break;
      case "map_extra":
        map.mapExtra = ulong(member);
        break;
      case "key_size":
        map.keySize = size("key", map.keySize, uint(member));
        break;
      case "value_size":
        map.valueSize = size("value", map.valueSize, uint(member));
        break;
      case "key": {
        const type = pointee(member);
        map.keySize = size("key", map.keySize, btf.sizeof(type.id));
        map.key = type.id;
        break;
      }
      case "value": {
        const type = pointee(member);
        map.valueSize = size("value", map.valueSize, btf.sizeof(type.id));
        map.value = type.id;
        break;
      }
      case "pinning": {
        const pinning = uint(member);
        if (isInner) throw refuse("a map inside of another cannot be pinned");
        if (pinning > 1) throw refuse(`pinning ${pinning} is unknown`);
        map.pinning = pinning === 1 ? "by-name" : "none";
        break;
      }
      case "values": {
        if (isInner) throw refuse("maps of maps of maps do not exist");
        if (i !== struct.members.length - 1) throw refuse('"values" has to come last');
        if (!isMapInMap(map.type) && map.type !== "prog-array") throw refuse(`a ${map.type} has no "values"`);
        map.valueSize = size("value", map.valueSize, 4);
        const element = elementOf(btf, member, refuse);
        if (map.type === "prog-array") {
          if (element.kind !== "func-proto")
            throw refuse(`"values" are of ${element.kind}, not of functions`);
        } else {
          map.inner = readMapDefinition(btf, `${name}.inner`, element, true);
        }
        break;
      }
      default:
        throw refuse(`attribute "${member.name}" is unknown`);
    }
  }
  if (map.type === "unspec") throw refuse("has no type");
  // libbpf 1.7 reads the members of its struct, which it does not have, and crashes.
  if (map.type === "struct-ops") throw refuse('a map of type "struct-ops" is defined in SEC(".struct_ops")');
  return map;
}

// `typeof(…) *values[]`
function elementOf(btf: Btf, member: BtfMember, refuse: (problem: string) => ObjectFormatError): BtfType {
  const array = btf.type(member.type);
  if (array.kind !== "array" || array.length !== 0) throw refuse('"values" is no array without a length');
  const pointer = btf.resolve(array.type);
  if (pointer.kind !== "ptr") throw refuse(`"values" is an array of ${pointer.kind}, not of pointers`);
  return btf.resolve(pointer.type);
}
