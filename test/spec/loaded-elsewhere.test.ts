import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asm, CollectionSpec, Program } from "../../lib/index.ts";
import { exampleObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

const root = join(import.meta.dirname, "../..");
const bpftool = "/usr/sbin/bpftool";
let folder = "";

// Loads an object and runs one of its programs on a packet of zeros.
const loader = `
#include <bpf.h>
#include <libbpf.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	char packet[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet, .data_size_in = sizeof(packet), .repeat = 1);
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
	struct bpf_program *program;

	if (!object || bpf_object__load(object))
		return 1;
	program = bpf_object__find_program_by_name(object, argv[2]);
	if (!program || bpf_prog_test_run_opts(bpf_program__fd(program), &run))
		return 2;
	printf("%u", run.retval);
	bpf_object__close(object);
	return 0;
}
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loaded-elsewhere-"));
  writeFileSync(join(folder, "loader.c"), loader);
  const libbpf = join(root, "native/vendor/libbpf");
  const include = ["src", "include", "include/uapi"].flatMap((each) => ["-I", join(libbpf, each)]);
  const libraries = ["bpf", "elf", "z"].map((name) => join(root, `build/Release/${name}.a`));
  // Without libelf's compression, for which the z library has no code.
  const output = ["-Wl,--gc-sections", "-o", join(folder, "loader")];
  execFileSync("gcc", [...include, ...output, join(folder, "loader.c"), ...libraries], { stdio: "pipe" });
});

afterAll(() => rmSync(folder, { recursive: true }));

function resultInC(bytes: Uint8Array, program: string): number {
  const file = join(folder, "object.bpf.o");
  writeFileSync(file, bytes);
  return Number(execFileSync(join(folder, "loader"), [file, program], { encoding: "utf8" }));
}

function resultWithBpftool(bytes: Uint8Array, program: string): number {
  const file = join(folder, "object.bpf.o");
  writeFileSync(file, bytes);
  const pins = `/sys/fs/bpf/ebpf-elsewhere-${process.pid}`;
  mkdirSync(pins);
  try {
    execFileSync(bpftool, ["prog", "loadall", file, pins], { stdio: "pipe" });
    using loaded = Program.fromPin(join(pins, program));
    return loaded.testRunSync({ data: new Uint8Array(64) }).returnValue;
  } finally {
    rmSync(pins, { recursive: true });
  }
}

/** An object with a map, variables, and a function that the program calls. */
function createdObject(): Uint8Array {
  return CollectionSpec.create({
    license: "GPL",
    maps: { counts: { type: "array", value: "u64", maxEntries: 1 } },
    variables: { limit: { type: "u32", value: 41, constant: true }, total: { type: "u64", value: 7 } },
    programs: {
      count: {
        section: "xdp",
        instructions: [
          asm.store("u32", asm.fp, -4, 0),
          asm.loadMap(asm.r1, "counts"),
          asm.mov(asm.r2, asm.fp),
          asm.add(asm.r2, -4),
          asm.call("map_lookup_elem"),
          asm.jeq(asm.r0, 0, "out"),
          asm.loadVariable(asm.r2, "total"),
          asm.store("u64", asm.r2, 0, 8),
          asm.label("out"),
          asm.loadVariable(asm.r1, "limit"),
          asm.load("u32", asm.r1, asm.r1, 0),
          asm.callFunction("add_one"),
          asm.exit(),
          asm.label("add_one"),
          asm.mov(asm.r0, asm.r1),
          asm.add(asm.r0, 1),
          asm.exit(),
        ],
      },
    },
  }).toBytes();
}

/** The XDP example in which packets are sent back (3) rather than dropped (1). */
function editedObject(): Uint8Array {
  const spec = CollectionSpec.fromFile(exampleObject("xdp"));
  const program = spec.programs.xdp_drop_program;
  if (program === undefined) throw new Error("the example has no program");
  let replaced = 0;
  program.instructions = program.instructions.map((item) => {
    if (!/^[rw]0 = 1$/.test(`${item}`)) return item;
    replaced++;
    return (item as asm.Instruction).with({ imm: 3 });
  });
  expect(replaced).toBe(1);
  return spec.toBytes();
}

test("libbpf in C loads a created object and an edited one", (context) => {
  requiresLinux(context, "5.2", "global variables");
  expect(resultInC(createdObject(), "count")).toBe(42);
  expect(resultInC(CollectionSpec.fromFile(exampleObject("xdp")).bytes, "xdp_drop_program")).toBe(1);
  expect(resultInC(editedObject(), "xdp_drop_program")).toBe(3);
});

test("bpftool loads a created object and an edited one", (context) => {
  requiresLinux(context, "5.2", "global variables");
  requires(context, existsSync(bpftool), "bpftool is not installed");
  expect(resultWithBpftool(createdObject(), "count")).toBe(42);
  expect(resultWithBpftool(editedObject(), "xdp_drop_program")).toBe(3);
});
