import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ElfFile, readBpfObject } from "../../lib/elf/index.ts";
import { ElfError, NotBpfError } from "../../lib/errors/index.ts";
import { testObject } from "../support/objects.ts";

const object = readFileSync(testObject("spec/map_in_map"));
const table = Number(object.readBigUInt64LE(40));

function refuses(bytes: Uint8Array, message: RegExp, code = "ERR_EBPF_ELF"): void {
  const read = () => {
    const elf = readBpfObject(bytes);
    for (const section of elf.sections) elf.relocations(section);
  };
  expect(read).toThrow(code === "ERR_EBPF_ELF" ? ElfError : NotBpfError);
  expect(read).toThrow(message);
  expect(read).toThrow(expect.objectContaining({ code }));
}

/** A copy with one number changed; a bigint takes eight bytes. */
function poked(at: number, value: number | bigint, size = 4): Buffer {
  const copy = Buffer.from(object);
  if (typeof value === "bigint") copy.writeBigUInt64LE(value, at);
  else copy.writeUIntLE(value, at, size);
  return copy;
}

/** Where the header of a section is. */
function headerOf(name: string): number {
  const index = new ElfFile(object).section(name)?.index;
  if (index === undefined) throw new Error(`no section ${name}`);
  return table + index * 64;
}

test("truncated bytes are refused", () => {
  for (let length = 0; length < object.length; length++) refuses(object.subarray(0, length), /./);
});

test("bytes that are not an ELF file are refused", () => {
  refuses(new Uint8Array(0), /empty/);
  refuses(Buffer.from("#!/bin/sh\n"), /magic number/);
  refuses(new Uint8Array(1000), /magic number/);
});

test("LLVM bitcode is refused", () => {
  const source = ["-target", "bpf", "-emit-llvm", "-c", "-x", "c", "-", "-o", "-"];
  refuses(execFileSync("clang-19", source, { input: "int x;" }), /bitcode.*-emit-llvm/s);
});

test("an object for this machine is refused", () => {
  const host = execFileSync("clang-19", ["-c", "-x", "c", "-", "-o", "-"], { input: "int x;" });
  refuses(host, /not for BPF.*clang -target bpf/s, "ERR_EBPF_NOT_BPF");
});

test("an executable is refused", () => {
  refuses(readFileSync(process.execPath), /not for BPF/, "ERR_EBPF_NOT_BPF");
});

test("a 32-bit file is refused", () => {
  refuses(poked(4, 1, 1), /32-bit/, "ERR_EBPF_NOT_BPF");
});

test.each([
  ["a class that is unknown", poked(4, 3, 1), /class 3/],
  ["a byte order that is unknown", poked(5, 3, 1), /byte order 3/],
  ["an executable for BPF", poked(16, 2, 2), /type 2/],
  ["no sections", poked(40, 0n), /no sections/],
  ["section headers outside of the file", poked(40, 1n << 40n), /outside/],
  ["section headers at the end of all numbers", poked(40, (1n << 64n) - 1n), /outside/],
  ["more section headers than there are", poked(60, 0xffff, 2), /outside/],
  ["section headers of another size", poked(58, 40, 2), /40 bytes/],
  ["names in a section that does not exist", poked(62, 0x1000, 2), /section 4096 of/],
  ["a name outside of the names", poked(headerOf(".maps"), 0x7fff_ffff), /string at 2147483647/],
  ["a section outside of the file", poked(headerOf(".maps") + 24, 1n << 32n), /section \d+ ends at/],
  ["a section larger than the file", poked(headerOf(".maps") + 32, 1n << 62n), /section \d+ ends at/],
  ["symbols of another size", poked(headerOf(".symtab") + 56, 16n), /symbols of 16 bytes/],
  ["symbol names that are no strings", poked(headerOf(".symtab") + 40, 3), /not in a string table/],
  ["relocations of another size", poked(headerOf(".rel.maps") + 56, 24n), /entries of 24 bytes/],
  ["no symbols", poked(headerOf(".symtab") + 4, 1), /no symbol table.*llvm-strip -g/s],
  ["two symbol tables", poked(headerOf(".rel.maps") + 4, 2), /more than one/],
])("%s", (_, bytes, message) => {
  refuses(bytes, message);
});

test("a relocation for a missing symbol is refused", () => {
  const relocations = new ElfFile(object).section(".rel.maps")?.offset ?? 0;
  refuses(poked(relocations + 12, 9999), /symbol 9999/);
});

test("more sections than the header can count are read", () => {
  const bytes = Buffer.from(object);
  const count = BigInt(bytes.readUInt16LE(60));
  const names = bytes.readUInt16LE(62);
  bytes.writeUInt16LE(0, 60);
  bytes.writeUInt16LE(0xffff, 62);
  bytes.writeBigUInt64LE(count, table + 32);
  bytes.writeUInt32LE(names, table + 40);
  expect(new ElfFile(bytes).sections.slice(1)).toEqual(new ElfFile(object).sections.slice(1));
});
