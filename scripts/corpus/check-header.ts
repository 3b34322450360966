import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Btf, Btf as BtfClass, type BtfComposite, cHeader } from "../../lib/btf/index.ts";
import { ElfFile } from "../../lib/elf/index.ts";

const TAGGED = new Set(["struct", "union", "enum", "enum64"]);

/**
 * Writes BTF as a C header, compiles it for BPF, and compares each struct and union whose name only one type has with
 * that of the compiler: members, offsets, bitfields, and what their types are made of.
 *
 * @returns the number of structs and unions.
 * @throws Error for the first difference.
 */
export function checkHeader(btf: Btf, clang: string): number {
  const names = [...namedOnce(btf)];
  const variables = names.map(([name], i) => `${name} v${i};`);
  const again = compile(`${cHeader(btf)}${variables.join("\n")}\n`, clang);
  const found = namedOnce(again);
  for (const [name, type] of names) {
    const other = found.get(name);
    if (other === undefined) throw new Error(`${name} is missing`);
    const [before, after] = [body(btf, type), body(again, other)];
    if (before !== after) throw new Error(`${name}: ${before} became ${after}`);
  }
  return names.length;
}

function namedOnce(btf: Btf): Map<string, BtfComposite> {
  const counts = new Map<string, number>();
  for (const { name, kind } of btf.types())
    if (name !== "" && TAGGED.has(kind)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const found = new Map<string, BtfComposite>();
  for (const type of btf.types()) {
    if ((type.kind === "struct" || type.kind === "union") && counts.get(type.name) === 1)
      found.set(`${type.kind} ${type.name}`, type);
  }
  return found;
}

function compile(source: string, clang: string): Btf {
  const folder = mkdtempSync(path.join(tmpdir(), "header-"));
  try {
    writeFileSync(path.join(folder, "a.c"), source);
    // Relocatable types are declared twice.
    const flags = ["-target", "bpf", "-g", "-O1", "-w", "-DBPF_NO_PRESERVE_ACCESS_INDEX"];
    execFileSync(clang, [...flags, "-c", "a.c", "-o", "a.o"], { cwd: folder, stdio: "inherit" });
    const section = new ElfFile(readFileSync(path.join(folder, "a.o"))).section(".BTF");
    if (section === undefined) throw new Error("the compiler wrote no BTF");
    return BtfClass.parse(section.data);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function body(btf: Btf, { size, members }: BtfComposite): string {
  const shapes = members.map(({ name, bitOffset, bitfieldSize, type: id }) => {
    const type = btf.resolve(id);
    // An unnamed member of a named type (-fms-extensions) is written with the members of the type.
    const isUnnamed = name === "" && (type.kind === "struct" || type.kind === "union");
    const is = isUnnamed ? `${type.kind}{${body(btf, type)}}` : shape(btf, id);
    return `${name}@${bitOffset}/${bitfieldSize} ${is}`;
  });
  return `${size}: ${shapes.join("; ")}`;
}

/** A type as text in which equal types of two compilers are equal: integers by size and sign, qualifiers in one place. */
function shape(btf: Btf, id: number): string {
  const type = btf.type(id);
  switch (type.kind) {
    case "const":
    case "volatile":
    case "restrict": {
      const inner = shape(btf, type.type);
      // Unnamed structs lose their qualifiers in C.
      if (/^(struct|union)\{/.test(inner) || inner.startsWith(`${type.kind} `)) return inner;
      return `${type.kind} ${inner}`;
    }
    case "type-tag":
      return shape(btf, type.type);
    case "ptr":
      return `*(${shape(btf, type.type)})`;
    case "array": {
      // An array of const elements is a const array.
      const [, qualifiers = "", element = ""] =
        /^((?:const |volatile )*)(.*)$/s.exec(shape(btf, type.type)) ?? [];
      return `${qualifiers}[${type.length}]${element}`;
    }
    case "int":
      return type.name === "char" ? "char" : `int${type.size}${type.bool ? "b" : type.signed ? "s" : "u"}`;
    case "float":
      return `float${type.size}`;
    case "struct":
    case "union":
      return type.name === "" ? `${type.kind}{${body(btf, type)}}` : `${type.kind} ${bare(type.name)}`;
    case "fwd":
      return `${type.of} ${bare(type.name)}`;
    case "enum":
    case "enum64": {
      if (type.name !== "") return `enum ${bare(type.name)}`;
      return `enum{${type.values.map(({ name, value }) => `${bare(name)}=${value}`).join()}}`;
    }
    case "func-proto": {
      const params = type.params.map((param) => shape(btf, param.type));
      return `(${params.join()}) ${shape(btf, type.returnType)}`;
    }
    default:
      return bare(type.name);
  }
}

/** The second type of a name has a suffix. */
function bare(name: string): string {
  return name.replace(/___\d+$/, "");
}
