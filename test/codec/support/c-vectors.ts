import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Leaf, RandomStruct, RandomTypes } from "./random-types.ts";

/** What C makes of some bytes. */
export interface Vector {
  /** sizeof */
  size: number;
  /** Each leaf: an integer's value, a float's bits, or bytes, as hexadecimal digits. */
  values: string[];
  /** The bytes after each leaf was stored into zeros. */
  stored: Uint8Array;
}

const clang = "clang-19";

/** Compiles the types for BPF, as bpf2ts would find them: an object with one global of each. */
export function compileForBpf(types: RandomTypes, littleEndian: boolean): Uint8Array {
  return inFolder((folder) => {
    const globals = types.structs.map(({ name }) => `struct ${name} v_${name};\n`).join("");
    const source = join(folder, "types.bpf.c");
    const object = join(folder, "types.bpf.o");
    writeFileSync(source, `#define POINTER void *\n${types.source}${globals}`);
    const target = littleEndian ? "bpfel" : "bpfeb";
    execFileSync(clang, ["-target", target, "-g", "-O2", "-w", "-c", source, "-o", object]);
    return readFileSync(object);
  });
}

/** Lets a native C program look at each struct's bytes. */
export function vectorsFromC(
  types: RandomTypes,
  littleEndian: boolean,
  bytes: readonly Uint8Array[],
): Vector[] {
  return inFolder((folder) => {
    const source = join(folder, "vectors.c");
    const program = join(folder, "vectors");
    writeFileSync(source, programSource(types, littleEndian));
    // gcc can lay out big-endian structs on a little-endian machine; its optimizer (12, -O1) mixes up their bits.
    execFileSync("gcc", ["-O0", "-w", "-Wno-packed-bitfield-compat", "-o", program, source]);
    const input = Buffer.concat(
      bytes.flatMap((one) => [Buffer.from(Uint32Array.of(one.length).buffer), one]),
    );
    const lines = execFileSync(program, { input, maxBuffer: 1 << 28 })
      .toString()
      .trimEnd()
      .split("\n");
    return lines.map((line) => {
      const [size, stored, ...values] = line.split(" ") as [string, string, ...string[]];
      return { size: Number(size), stored: Buffer.from(stored, "hex"), values };
    });
  });
}

function programSource({ source, structs }: RandomTypes, littleEndian: boolean): string {
  const pragma = littleEndian ? "" : "#pragma scalar_storage_order big-endian\n";
  const calls = structs.map(({ name }) => `  look_at_${name}();\n`).join("");
  return `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define POINTER unsigned long long
${pragma}${source}
#pragma scalar_storage_order default
static unsigned char *take(unsigned *length) {
  if (fread(length, 4, 1, stdin) != 1) exit(1);
  unsigned char *bytes = calloc(1, *length + 64);
  if (fread(bytes, 1, *length, stdin) != *length) exit(1);
  return bytes;
}
static void number(__int128 value) {
  printf(" %016llx%016llx", (unsigned long long)(value >> 64), (unsigned long long)value);
}
static void hex(const unsigned char *bytes, unsigned length) {
  for (unsigned i = 0; i < length; i++) printf("%02x", bytes[i]);
}
${structs.map(lookAt).join("")}int main(void) {
${calls}  return 0;
}
`;
}

function lookAt({ name, leaves }: RandomStruct): string {
  const print = leaves.map((leaf) => `  ${printing(leaf)}\n`).join("");
  const copy = leaves.map((leaf) => `  ${copying(leaf)}\n`).join("");
  return `static void look_at_${name}(void) {
  unsigned length;
  struct ${name} *p = (void *)take(&length);
  struct ${name} *q = calloc(1, length + 64);
${copy}  printf("%u ", (unsigned)sizeof(struct ${name}));
  hex((void *)q, length);
${print}  printf("\\n");
  free(p);
  free(q);
}
`;
}

function access(object: string, { path }: Leaf): string {
  return path.reduce<string>(
    (at, step) => `${at}${typeof step === "number" ? `[${step}]` : `.${step}`}`,
    `(*${object})`,
  );
}

function printing(leaf: Leaf): string {
  const value = access("p", leaf);
  switch (leaf.kind) {
    case "float":
      return `{ float f = ${value}; unsigned bits; memcpy(&bits, &f, 4); number(bits); }`;
    case "double":
      return `{ double f = ${value}; unsigned long long bits; memcpy(&bits, &f, 8); number(bits); }`;
    case "chars":
    case "bytes":
      // An array of none would print nothing, and shift what follows.
      return `printf(" x"); for (int i = 0; i < ${leaf.length}; i++) printf("%02x", (unsigned char)${value}[i]);`;
    default:
      return `number(${value});`;
  }
}

function copying(leaf: Leaf): string {
  const [from, to] = [access("p", leaf), access("q", leaf)];
  const isArray = leaf.kind === "chars" || leaf.kind === "bytes";
  return isArray ? `for (int i = 0; i < ${leaf.length}; i++) ${to}[i] = ${from}[i];` : `${to} = ${from};`;
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-vectors-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
