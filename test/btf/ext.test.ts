import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Btf, BtfExt } from "../../lib/btf/index.ts";
import { ElfFile } from "../../lib/elf/index.ts";
import { BtfError, EbpfError } from "../../lib/errors/index.ts";
import { testObject } from "../support/objects.ts";
import { Random } from "../support/random.ts";

function read(name: string): { bytes: Uint8Array; btf: Btf } {
  const elf = new ElfFile(readFileSync(testObject(name)));
  const data = (section: string) => elf.section(section)?.data ?? new Uint8Array(0);
  return { bytes: data(".BTF.ext"), btf: Btf.parse(data(".BTF")) };
}

test("functions, lines and CO-RE relocations of a compiled object are read", () => {
  const { bytes, btf } = read("program_run");
  const ext = new BtfExt(bytes, btf);
  const functions = [...ext.functions.values()].flat();
  expect(functions.map(({ type }) => btf.type(type).name)).toContain("swap_first_two");
  const lines = [...ext.lines.values()].flat();
  expect(lines.find(({ text }) => text === "data[0] = data[1];")).toMatchObject({
    file: expect.stringMatching(/program_run\.bpf\.c$/),
    line: expect.any(Number),
  });
});

test("CO-RE relocations have a type and the path of a field", () => {
  const { bytes, btf } = read("load_fentry");
  for (const { type, access } of [...new BtfExt(bytes, btf).core.values()].flat()) {
    expect(btf.type(type).name).not.toBe("");
    expect(access).toMatch(/^\d+(:\d+)*$/);
  }
});

test("mutated .BTF.ext is read or refused with a typed error", () => {
  const { bytes, btf } = read("program_run");
  const random = new Random(1);
  for (let i = 0; i < 2000; i++) {
    const mutated = new Uint8Array(
      bytes.subarray(0, i % 3 === 0 ? random.below(bytes.length) : bytes.length),
    );
    for (let n = random.below(4); n > 0 && mutated.length > 0; n--)
      mutated[random.below(Math.min(mutated.length, 200))] = random.below(256);
    try {
      const ext = new BtfExt(mutated, btf);
      for (const part of [ext.functions, ext.lines, ext.core]) expect(part).toBeInstanceOf(Map);
    } catch (error) {
      expect(error).toBeInstanceOf(EbpfError);
      expect(error).toBeInstanceOf(BtfError);
    }
  }
});
