// kernels: native
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const command = join(import.meta.dirname, "../../dist/cli/ebpf.js");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebpf-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function ebpf(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
}

test("the command without arguments prints its help and fails", () => {
  const { status, stdout, stderr } = ebpf();
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("Usage: ebpf COMMAND");
});

test("each command that the help names prints its own help", async () => {
  const names = [...ebpf("--help").stdout.matchAll(/^ {2}([\w-]+) {2}/gm)].map(([, name]) => name as string);
  expect(names).toEqual(expect.arrayContaining(["vmlinux", "min-btf", "build-addon"]));
  const run = promisify(execFile);
  for (const name of names) {
    const asked = [
      [name, "--help"],
      ["help", name],
    ].map((args) => run(process.execPath, [command, ...args]));
    const [option, word] = await Promise.all(asked);
    expect(option?.stdout).toMatch(new RegExp(`^Usage: ebpf ${name}\\b`));
    expect(word?.stdout).toBe(option?.stdout);
  }
});

test("an unknown command or option is refused, and the message names the help", () => {
  expect(ebpf("vmlinus")).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/unknown command "vmlinus"; expected one of .*\. Did you mean "vmlinux"\?/),
  });
  expect(ebpf("vmlinux", "--bft", "x")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("Try ebpf vmlinux --help."),
  });
});

test("a C file in place of an object is refused with the command that makes the object", () => {
  writeFileSync(join(folder, "a.bpf.c"), "int x;\n");
  const { status, stderr } = ebpf("inspect", "a.bpf.c");
  expect(status).toBe(2);
  const [, args = ""] = /"npx bpf2ts (.*)" makes one/.exec(stderr) ?? [];
  const bpf2ts = join(import.meta.dirname, "../../dist/cli/bpf2ts.js");
  expect(spawnSync(process.execPath, [bpf2ts, ...args.split(" ")], { cwd: folder }).status).toBe(0);
  expect(ebpf("inspect", "a.bpf.o").status).toBe(0);
});

test("a header with the named types of this kernel compiles", () => {
  expect(ebpf("vmlinux", "-o", "vmlinux.h", "task_struct", "struct sk_buff").status).toBe(0);
  expect(readFileSync(join(folder, "vmlinux.h"), "utf8").length).toBeLessThan(500_000);
  writeFileSync(
    join(folder, "x.c"),
    '#include "vmlinux.h"\nunsigned f(struct task_struct *t, struct sk_buff *b) { return t->pid + b->len; }\n',
  );
  const clang = spawnSync("clang-19", ["--target=bpf", "-g", "-Wall", "-Werror", "-c", "x.c", "-o", "x.o"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(clang.stderr).toBe("");
  // The types of a BPF object, which is an ELF file.
  expect(ebpf("vmlinux", "--btf", "x.o").stdout).toContain("struct task_struct {");
});

test("a file without types and an unknown type are refused by name", () => {
  writeFileSync(join(folder, "empty.btf"), "hello, there is nothing here");
  expect(ebpf("vmlinux", "--btf", "empty.btf")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("BTF"),
  });
  expect(ebpf("vmlinux", "--btf", "no.btf")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("no.btf"),
  });
  expect(ebpf("vmlinux", "no_such_type").stderr).toContain("no_such_type");
});

test("a reader that closes the pipe early ends the command without an error", () => {
  const { stderr } = spawnSync("sh", ["-c", `"$0" "$1" vmlinux | head -n 1`, process.execPath, command], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
});
