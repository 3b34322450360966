import { readFileSync } from "node:fs";
import { Btf, BtfExt, cHeader } from "../../../lib/btf/index.ts";
import { describeObject } from "../../../lib/codegen/describe-object.ts";
import { generate } from "../../../lib/codegen/generate.ts";
import { strip } from "../../../lib/codegen/strip.ts";
import { Dwarf } from "../../../lib/dwarf/index.ts";
import { ElfFile, ElfFunctions, soname, usdtProbes } from "../../../lib/elf/index.ts";
import { EbpfError } from "../../../lib/errors/index.ts";
import { asm } from "../../../lib/index.ts";
import { ObjectSpec } from "../../../lib/spec/index.ts";
import { binaryRegions } from "../../../test/elf/binary-regions.ts";
import { mutate, structureOf } from "../../../test/spec/mutate.ts";
import { builtObjects } from "../../../test/support/objects.ts";
import { compileUnstripped } from "../../../test/support/unstripped.ts";
import type { Target } from "./target.ts";

/** Calls a reader. Other readers of the same input are called even if it refuses. */
function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
  }
}

type Mutate = Target["mutate"];

/** Mutates where the structure is, as long as the input still has one. */
const mutateObject: Mutate = (input, random) => {
  let regions = [{ start: 0, end: input.length }];
  attempt(() => {
    regions = structureOf(input);
  });
  return mutate(input, regions, random);
};

const mutateAnywhere: Mutate = (input, random) => mutate(input, [{ start: 0, end: input.length }], random);

const objects = builtObjects()
  .map((file) => readFileSync(file))
  .filter(({ length }) => length < 40_000);

const object: Target = {
  name: "object",
  seeds: objects,
  mutate: mutateObject,
  read(input) {
    const spec = ObjectSpec.fromBytes<ObjectSpec>(input);
    for (const map of Object.values(spec.maps)) {
      attempt(() => map?.keyCodec);
      attempt(() => map?.valueCodec);
      attempt(() => map?.contents);
    }
    for (const variable of Object.values(spec.variables))
      if (variable !== undefined && variable.size <= 65_536) attempt(() => variable.value);
    for (const program of Object.values(spec.programs)) attempt(() => program?.instructions);
    attempt(() => spec.copy().edits());
  },
};

const loader: Target = {
  name: "loader",
  seeds: objects,
  mutate: mutateObject,
  read(input) {
    const spec = ObjectSpec.fromBytes<ObjectSpec>(strip(input), { name: "fuzz" });
    attempt(() => JSON.stringify(describeObject(spec)));
    const common = { stem: "fuzz.bpf", prefix: "Fuzz", source: "fuzz.bpf.o", types: [], globalTypes: true };
    generate(spec, { ...common, object: "file", js: input.length % 2 === 0 });
  },
};

function section(bytes: Uint8Array, name: string): Uint8Array | undefined {
  return new ElfFile(bytes).sections.find((each) => each.name === name)?.data;
}

const btf: Target = {
  name: "btf",
  seeds: objects.flatMap((bytes) => section(bytes, ".BTF") ?? []).filter(({ length }) => length > 64),
  mutate: mutateAnywhere,
  read(input) {
    const types = Btf.parse(input);
    for (let id = 0; id < Math.min(types.typeCount, 2000); id++) {
      attempt(() => types.type(id));
      attempt(() => types.sizeof(id));
      attempt(() => types.resolve(id));
    }
    attempt(() => cHeader(types));
  },
};

const extended = objects
  .map((bytes) => ({ types: section(bytes, ".BTF"), ext: section(bytes, ".BTF.ext") }))
  .filter(({ types, ext }) => types !== undefined && ext !== undefined && types.length < 60_000);

const btfExt: Target = {
  name: "btf-ext",
  // The length of .BTF.ext, itself, and the .BTF that has its texts.
  seeds: extended.map(({ types = new Uint8Array(), ext = new Uint8Array() }) =>
    Buffer.concat([Uint8Array.from([ext.length & 255, ext.length >> 8, ext.length >> 16, 0]), ext, types]),
  ),
  mutate: mutateAnywhere,
  read(input) {
    if (input.length < 4) return;
    const length = Buffer.from(input).readUInt32LE(0);
    const ext = new BtfExt(input.slice(4, 4 + length), Btf.parse(input.slice(4 + length)));
    attempt(() => ext.functions);
    attempt(() => ext.lines);
    attempt(() => ext.core);
  },
};

const withDwarf = ["records/ways.c", "records/kinds.c", "dwarf/locals.c"].flatMap((source) =>
  [4, 5].map((version) => compileUnstripped(source, `-gdwarf-${version}`).bytes),
);

const dwarf: Target = {
  name: "dwarf",
  seeds: withDwarf,
  mutate(input, random) {
    let regions = [{ start: 0, end: input.length }];
    attempt(() => {
      regions = new ElfFile(input).sections
        .filter(({ name, data }) => /debug_|\.BTF|text|^(uprobe|kprobe|tp)/.test(name) && data.length > 8)
        .map(({ data }) => ({
          start: data.byteOffset - input.byteOffset,
          end: data.byteOffset - input.byteOffset + data.length,
        }));
    });
    return mutate(input, regions.length > 0 ? regions : [{ start: 0, end: input.length }], random);
  },
  read(input) {
    attempt(() => Dwarf.of(new ElfFile(input))?.functions);
    const { records, maps } = ObjectSpec.fromBytes<ObjectSpec>(input);
    for (const name of Object.keys(records)) attempt(() => maps[name]?.recordCodecs);
  },
};

const binary: Target = {
  name: "binary",
  seeds: ["/bin/true", "/usr/bin/env"].map((file) => readFileSync(file)),
  mutate(input, random) {
    let regions = [{ start: 0, end: input.length }];
    attempt(() => {
      regions = binaryRegions(input);
    });
    return mutate(input, regions, random);
  },
  read(input) {
    const elf = new ElfFile(input);
    attempt(() => soname(elf));
    attempt(() => usdtProbes(elf));
    const functions = new ElfFunctions(elf);
    attempt(() => functions.names());
    attempt(() => functions.select((name) => name.startsWith("m")));
  },
};

const instructions: Target = {
  name: "instructions",
  seeds: objects.flatMap((bytes) =>
    new ElfFile(bytes).sections
      .filter(({ name, data }) => /^(\.text|xdp|tc|kprobe|tp|socket)/.test(name) && data.length > 8)
      .map(({ data }) => data),
  ),
  mutate: mutateAnywhere,
  read(input) {
    const decoded = asm.decode(input);
    attempt(() => asm.print(decoded));
    attempt(() => asm.print(decoded, { notation: "llvm", numbers: true }));
    attempt(() => asm.encode(asm.withLabels(decoded)));
  },
};

/** Readers of binary formats. */
export const binaryTargets: readonly Target[] = [object, loader, btf, btfExt, dwarf, binary, instructions];
