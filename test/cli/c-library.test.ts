// kernels: native
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const command = join(import.meta.dirname, "../../dist/cli/bpf2ts.js");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bpf2ts-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function compile(target: string | undefined, ...lines: string[]): { status: number | null; stderr: string } {
  const source = [
    "#include <linux/bpf.h>",
    ...lines,
    "#include <bpf/bpf_helpers.h>",
    'SEC("xdp") int pass(void *context) { return 2; }',
    'char _license[] SEC("license") = "GPL";',
  ];
  writeFileSync(join(folder, "program.c"), `${source.join("\n")}\n`);
  const where = target === undefined ? [] : ["--target", target];
  const args = [command, "--cc", "clang-19", ...where, "Program", "program.c"];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return { status, stderr };
}

const headers = (
  "stdint.h stddef.h stdbool.h string.h errno.h limits.h time.h inttypes.h sys/types.h sys/socket.h " +
  "netinet/in.h netinet/tcp.h arpa/inet.h linux/if_ether.h linux/ip.h linux/ptrace.h"
).split(" ");

test.each([undefined, "amd64", "arm64", "riscv64", "s390x", "ppc64le", "bpfel", "bpfeb"])(
  "headers of the C library compile for target %s, with the sizes that BPF has",
  (target) => {
    const sizes =
      "_Static_assert(sizeof(uint64_t) == 8 && sizeof(uintptr_t) == sizeof(void *) && sizeof(time_t) == 8 " +
      '&& sizeof(size_t) == sizeof(long) && ULONG_MAX == UINT64_MAX, "");';
    const includes = headers.map((header) => `#include <${header}>`);
    expect(compile(target, ...includes, sizes)).toEqual({ status: 0, stderr: "" });
  },
);

test("each header of the C library compiles alone", () => {
  for (const header of headers)
    expect([header, compile(undefined, `#include <${header}>`)]).toEqual([header, { status: 0, stderr: "" }]);
});

test("PT_REGS macros without a target processor are refused", () => {
  const lines = [
    "#include <stdint.h>",
    "#include <bpf/bpf_tracing.h>",
    "long first(struct pt_regs *r) { return PT_REGS_PARM1(r); }",
  ];
  const result = compile("bpfel", ...lines);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain("Must specify a BPF target arch");
  expect(compile(undefined, "#include <linux/ptrace.h>", ...lines)).toEqual({ status: 0, stderr: "" });
});
