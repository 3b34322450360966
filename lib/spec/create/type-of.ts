import type { BtfBuilder, TypeId } from "../../btf/index.ts";
import { type Codec, fieldsOf, type Layout, layoutOf, meaningTag } from "../../codec/index.ts";

/** Returns BTF for the values of a codec, from which the same codec can be created again; bytes for an unknown codec. */
export function typeOf(builder: BtfBuilder, codec: Codec<unknown>): TypeId {
  const layout = layoutOf(codec);
  return layout === undefined ? bytes(builder, codec.size) : add(builder, layout);
}

function add(builder: BtfBuilder, layout: Layout): TypeId {
  const { size } = layout;
  switch (layout.kind) {
    case "int": {
      const int = builder.add({
        kind: "int",
        name: intName(size, layout.signed),
        size,
        signed: layout.signed,
      });
      if (layout.order === undefined) return int;
      const name = `__${layout.order === "big" ? "be" : "le"}${size * 8}`;
      return builder.add({ kind: "typedef", name, type: int });
    }
    case "bool":
      return builder.add({ kind: "int", name: "_Bool", size, bool: true });
    case "float":
      return builder.add({ kind: "float", name: size === 4 ? "float" : "double", size });
    case "chars": {
      const char = builder.add({ kind: "int", name: "char", size: 1, signed: true });
      return builder.add({ kind: "array", type: char, length: size });
    }
    case "meant":
      return meant(builder, layout);
    case "array":
      return builder.add({ kind: "array", type: add(builder, layout.element), length: layout.length });
    case "record":
      return builder.add({
        kind: layout.of,
        name: layout.tag,
        size,
        members: [...fieldsOf(layout.members)].map(({ name, offset, bits, layout: member }) => ({
          name,
          type: add(builder, member),
          bitOffset: offset * 8 + (bits?.shift ?? 0),
          bitfieldSize: bits?.width ?? 0,
        })),
      });
    case "enum": {
      const { name, signed } = layout;
      const bare = name.replace(/^enum /, "");
      if (size === 8) {
        const values = layout.values.map((each) => ({ ...each, value: BigInt(each.value) }));
        return builder.add({ kind: "enum64", name: bare, size, signed, values });
      }
      const values = layout.values.map((each) => ({ ...each, value: Number(each.value) }));
      return builder.add({ kind: "enum", name: bare, size, signed, values });
    }
    default:
      return bytes(builder, size);
  }
}

/** A typedef with the decl tag that gives the meaning. Kernels before 5.16 refuse decl tags: such a map has no BTF there. */
function meant(builder: BtfBuilder, { meaning, size, order }: Extract<Layout, { kind: "meant" }>): TypeId {
  const integer = { kind: "int", name: meaning, size, signed: false } as const;
  const type =
    meaning === "ktime"
      ? add(builder, { ...integer, size: 8, order })
      : meaning === "ipv4"
        ? add(builder, { ...integer, size: 4, order: "big" })
        : bytes(builder, size);
  const typedef = builder.add({ kind: "typedef", name: meaning, type });
  builder.add({ kind: "decl-tag", name: meaningTag(meaning), type: typedef });
  return typedef;
}

function bytes(builder: BtfBuilder, length: number): TypeId {
  return builder.add({
    kind: "array",
    type: { kind: "int", name: "unsigned char", size: 1 },
    length,
  });
}

function intName(size: number, signed: boolean): string {
  if (size === 1) return signed ? "signed char" : "unsigned char";
  const name = { 2: "short", 4: "int", 8: "long long", 16: "__int128" }[size] ?? "int";
  return signed ? name : `unsigned ${name}`;
}
