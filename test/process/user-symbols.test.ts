// kernels: native
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { InvalidArgumentError, UserSymbols } from "../../lib/index.ts";

// Prints where functions of the program and of a library are, and waits.
const source = `
#include <stdio.h>
#include <unistd.h>
int answer(int);
static __attribute__((noinline)) int helper(int x) { return x * 3; }
__attribute__((noinline)) int exported(int x) { return helper(x) + 1; }
int main(void) {
	printf("%p %p %p %p\\n", (void *)helper, (void *)exported, (void *)answer, (void *)read);
	fflush(stdout);
	return exported(0) + pause();
}
`;

interface Built extends Disposable {
  folder: string;
  /** Starts the program, and returns its pid and the addresses that it prints. */
  start(root?: string): Promise<Disposable & { pid: number; addresses: bigint[] }>;
}

function build(...flags: string[]): Built {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-symbols-"));
  const cc = (...rest: string[]) =>
    execFileSync("gcc", ["-O1", "-g", "-Wl,--build-id", ...rest], { cwd: folder });
  writeFileSync(join(folder, "program.c"), source);
  writeFileSync(join(folder, "answer.c"), "int answer(int x) { return x + 42; }\n");
  cc("-shared", "-fPIC", "-o", "libanswer.so", "answer.c");
  cc(...flags, "-o", "program", "program.c", "-L.", "-lanswer", "-Wl,-rpath,$ORIGIN");
  return {
    folder,
    async start() {
      const child = spawn(join(folder, "program"), { stdio: ["ignore", "pipe", "inherit"] });
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      return {
        pid: child.pid as number,
        addresses: line.split(" ").map(BigInt),
        [Symbol.dispose]: () => child.kill("SIGKILL"),
      };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

for (const kind of ["-pie", "-no-pie"]) {
  test(`functions of a program (${kind}), of its library and of the C library are found`, async () => {
    using built = build(kind, ...(kind === "-pie" ? ["-fPIE"] : []));
    using program = await built.start();
    const symbols = new UserSymbols();
    const [helper = 0n, exported = 0n, answer = 0n, read = 0n] = program.addresses;
    const file = join(built.folder, "program");
    expect(symbols.find(program.pid, helper)).toEqual({ name: "helper", offset: 0, file });
    expect(symbols.find(program.pid, exported + 1n)).toEqual({ name: "exported", offset: 1, file });
    // Without -pie, the address of a library's function is that of its entry in the program's table of jumps.
    if (kind === "-pie") {
      expect(symbols.find(program.pid, answer)?.file).toBe(join(built.folder, "libanswer.so"));
      expect(symbols.find(program.pid, read)).toMatchObject({ name: "read", offset: 0 });
      expect(symbols.find(program.pid, read)?.file).toMatch(/\/libc\.so\.6$/);
      // The innermost address is where it is, the others are those to return to, behind the call.
      expect(symbols.names(program.pid, [helper, exported, answer + 1n, 1n])).toEqual([
        "helper",
        expect.not.stringMatching(/^exported$/),
        "answer",
        "[unknown]",
      ]);
    }
    expect(symbols.find(program.pid, 1n)).toBeUndefined();
  });
}

test("a stripped program is symbolized by its separate debug information, found by build ID", async () => {
  using built = build("-pie", "-fPIE");
  const file = join(built.folder, "program");
  const notes = execFileSync("readelf", ["-n", file], { encoding: "utf8" });
  const [, id = ""] = /Build ID: ([0-9a-f]+)/.exec(notes) ?? [];
  const debugFolder = join(built.folder, "debug");
  const debug = join(debugFolder, ".build-id", id.slice(0, 2), `${id.slice(2)}.debug`);
  mkdirSync(join(debug, ".."), { recursive: true });
  execFileSync("objcopy", ["--only-keep-debug", file, debug]);
  execFileSync("strip", [file]);
  using program = await built.start();
  const [helper = 0n] = program.addresses;
  expect(new UserSymbols().find(program.pid, helper)?.name).toBeUndefined();
  expect(new UserSymbols().names(program.pid, [helper])).toEqual(["[program]"]);
  const symbols = new UserSymbols({ debugFolders: [debugFolder] });
  expect(symbols.find(program.pid, helper)).toEqual({ name: "helper", offset: 0, file });
  // Debug information of another build is not taken.
  copyFileSync(join(built.folder, "libanswer.so"), debug);
  expect(new UserSymbols({ debugFolders: [debugFolder] }).find(program.pid, helper)?.name).toBeUndefined();
});

test("a file offset with a build ID is symbolized without an address", async () => {
  using built = build("-pie", "-fPIE");
  using program = await built.start();
  const file = join(built.folder, "libanswer.so");
  const notes = execFileSync("readelf", ["-n", file], { encoding: "utf8" });
  const [, buildId = ""] = /Build ID: ([0-9a-f]+)/.exec(notes) ?? [];
  const table = execFileSync("nm", [file], { encoding: "utf8" });
  const offset = BigInt(`0x${/^([0-9a-f]+) T answer$/m.exec(table)?.[1]}`);
  const symbols = new UserSymbols();
  expect(symbols.find(program.pid, { buildId, offset, address: 0n })).toEqual({
    name: "answer",
    offset: 0,
    file,
  });
  const other = buildId.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  expect(symbols.find(program.pid, { buildId: other, offset, address: 0n })).toBeUndefined();
});

test("replaced binaries and ended processes are still symbolized", async () => {
  using built = build("-pie", "-fPIE");
  const symbols = new UserSymbols();
  let pid = 0;
  let helper = 0n;
  {
    using program = await built.start();
    [helper = 0n] = program.addresses;
    pid = program.pid;
    const file = join(built.folder, "program");
    rmSync(file);
    writeFileSync(file, "another one");
    expect(symbols.find(pid, helper)).toEqual({ name: "helper", offset: 0, file });
  }
  expect(symbols.find(pid, helper)?.name).toBe("helper");
});

test("JIT-compiled functions of Node have their names from its perf map", async () => {
  const script =
    "function burn(n) { let x = 0; for (let i = 0; i < n; i++) x += Math.sqrt(i); return x; }\n" +
    "for (let i = 0; i < 300; i++) burn(100000); console.log('ready'); setInterval(() => {}, 1000);";
  const child = spawn(process.execPath, ["--perf-basic-prof", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const map = `/tmp/perf-${child.pid}.map`;
  try {
    await once(createInterface(child.stdout), "line");
    const grep = execFileSync("grep", ["burn", map], { encoding: "utf8" });
    const [address = "", size = ""] = grep.trim().split("\n").at(-1)?.split(" ") ?? [];
    const inside = BigInt(`0x${address.replace(/^0x/, "")}`) + BigInt(`0x${size}`) / 2n;
    const found = new UserSymbols().find(child.pid as number, inside);
    expect(found?.name).toContain("burn");
    expect(found?.file).toBeUndefined();
  } finally {
    child.kill("SIGKILL");
    rmSync(map, { force: true });
  }
});

test("unknown processes return nothing, and invalid arguments are refused", () => {
  const symbols = new UserSymbols();
  expect(symbols.find(2 ** 22 + 1, 4096n)).toBeUndefined();
  expect(() => symbols.find(-1, 4096n)).toThrow(InvalidArgumentError);
  expect(() => symbols.find(1, -1n)).toThrow(InvalidArgumentError);
  expect(() => new UserSymbols({ debugFolders: [1 as unknown as string] })).toThrow(InvalidArgumentError);
});
