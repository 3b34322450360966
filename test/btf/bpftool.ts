import { execFileSync } from "node:child_process";
import type { BtfType } from "../../lib/btf/index.ts";

/** Every type of a file as bpftool reads it, by libbpf: another reader of the same format. */
export function dumpByBpftool(file: string, base?: string): unknown[] {
  const options = base === undefined ? [] : ["--base-btf", base];
  const output = execFileSync("bpftool", [...options, "--json", "btf", "dump", "file", file], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  // The output has enumerators of 64 bits as plain numbers, which JSON.parse would round.
  const exact = output.replace(/"val":(-?\d{16,})/g, '"val":"$1"');
  const { types } = JSON.parse(exact) as { types: DumpedType[] };
  return types.map((type) => {
    if (type.kind !== "ENUM" || type.encoding !== "UNSIGNED") return type;
    // bpftool 7.1 treats them as signed when it widens them to 64 bits.
    return {
      ...type,
      values: type.values?.map((v) => ({ ...v, val: Number(BigInt.asUintN(32, BigInt(v.val))) })),
    };
  });
}

interface DumpedType {
  kind: string;
  encoding?: string;
  values?: { name: string; val: number | string }[];
}

const anonymous = (name: string): string => (name === "" ? "(anon)" : name);

/** A type in the words of bpftool 7.1. */
export function asBpftool(type: BtfType): unknown {
  const head = {
    id: type.id,
    kind: type.kind.toUpperCase().replaceAll("-", "_"),
    name: anonymous(type.name),
  };
  switch (type.kind) {
    case "int": {
      const encoding = type.signed ? "SIGNED" : type.char ? "CHAR" : type.bool ? "BOOL" : "(none)";
      return { ...head, size: type.size, bits_offset: type.bitOffset, nr_bits: type.bits, encoding };
    }
    case "float":
      return { ...head, size: type.size };
    case "array":
      return { ...head, type_id: type.type, index_type_id: type.indexType, nr_elems: type.length };
    case "struct":
    case "union": {
      const members = type.members.map((member) => ({
        name: anonymous(member.name),
        type_id: member.type,
        bits_offset: member.bitOffset,
        ...(member.bitfieldSize > 0 ? { bitfield_size: member.bitfieldSize } : {}),
      }));
      return { ...head, size: type.size, vlen: members.length, members };
    }
    case "enum":
    case "enum64": {
      const values = type.values.map(({ name, value }) => ({
        name,
        val: Number.isSafeInteger(Number(value)) && String(value).length < 16 ? Number(value) : String(value),
      }));
      const encoding = type.signed ? "SIGNED" : "UNSIGNED";
      return { ...head, encoding, size: type.size, vlen: values.length, values };
    }
    case "fwd":
      return { ...head, fwd_kind: type.of };
    case "func":
      return { ...head, type_id: type.type, linkage: type.linkage };
    case "func-proto": {
      const params = type.params.map((param) => ({ name: anonymous(param.name), type_id: param.type }));
      return { ...head, ret_type_id: type.returnType, vlen: params.length, params };
    }
    case "var":
      return { ...head, type_id: type.type, linkage: type.linkage };
    case "datasec": {
      const vars = type.vars.map((v) => ({ type_id: v.type, offset: v.offset, size: v.size }));
      return { ...head, size: type.size, vlen: vars.length, vars };
    }
    case "decl-tag":
      return { ...head, type_id: type.type, component_idx: type.component };
    case "void":
      return head;
    default:
      return { ...head, type_id: type.type };
  }
}
