import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import {
  AmbiguousSymbolError,
  AttachError,
  ElfError,
  InvalidArgumentError,
  type Link,
  link,
  NoSymbolError,
} from "../../lib/index.ts";
import { compileC, tickWithProbe } from "../support/compile-c.ts";
import { loadAlone } from "../support/link.ts";
import { linuxAtLeast, requiresCommand } from "../support/requires.ts";
import { scriptArguments } from "../support/script.ts";

const waits = "unsigned sleep(unsigned);\nint main(void) { for (;;) sleep(1); }\n";

/** A folder that is removed when it is disposed. */
function temporaryFolder(): Disposable & { path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "ebpf-binary-")));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

/** A program with two static functions `helper`, each called three times. */
function twoHelpers(): ReturnType<typeof compileC> {
  const helper = "static int __attribute__((noinline)) helper(int x) { return x + 1; }\n";
  return compileC(
    `${helper}int call_a(int x) { return helper(x); }\n`,
    `int call_a(int);\n${helper}int main(void) { for (int i = 0; i < 3; i++) helper(call_a(i)); return 0; }\n`,
  );
}

/** A library whose function `answer` has a default version 2 and an old version 1. */
function versionedLibrary(folder: string): string {
  const source = [
    "int old_answer(void) { return 1; }",
    "int new_answer(void) { return 2; }",
    '__asm__(".symver old_answer, answer@V_1");',
    '__asm__(".symver new_answer, answer@@V_2");',
    "static void *choose(void) { return (void *)new_answer; }",
    'int chosen(void) __attribute__((ifunc("choose")));',
  ].join("\n");
  writeFileSync(join(folder, "answer.c"), source);
  writeFileSync(join(folder, "versions"), "V_1 { };\nV_2 { global: answer; chosen; local: *; } V_1;\n");
  writeFileSync(
    join(folder, "main.c"),
    "int answer(void);\nint main(void) { for (int i = 0; i < 3; i++) answer(); return 0; }\n",
  );
  const run = (...args: string[]) => void execFileSync("gcc", args, { cwd: folder });
  run("-O0", "-fPIC", "-shared", "-Wl,--version-script=versions", "-o", "libanswer.so", "answer.c");
  run("-O0", "-no-pie", "-o", "main", "main.c", "-L.", "-lanswer", "-Wl,-rpath,$ORIGIN");
  return join(folder, "libanswer.so");
}

/** How often a program runs while `attach`'s link is open. */
function hitsOf(program: "on_uprobe" | "on_uprobe_multi", options: object, run: () => void): bigint {
  using loaded = loadAlone("link_user", program);
  const attach = program === "on_uprobe" ? link.uprobe : link.uprobeMulti;
  using _ = attach(loaded.program, options as never);
  run();
  return loaded.hits();
}

const multi = linuxAtLeast("6.6");

test("an ambiguous name is refused with all functions, and a pattern attaches to all", () => {
  using binary = twoHelpers();
  const run = () => execFileSync(binary.path);
  const refused = (attach: () => unknown) => {
    try {
      attach();
    } catch (error) {
      expect(error).toBeInstanceOf(AmbiguousSymbolError);
      expect(error).toBeInstanceOf(AttachError);
      return error as AmbiguousSymbolError;
    }
    throw new Error("attached");
  };
  const error = refused(() => hitsOf("on_uprobe", { binary: binary.path, symbol: "helper" }, run));
  expect(error.candidates.map(({ name }) => name).sort()).toEqual(["helper (a.c)", "helper (b.c)"]);
  for (const { offset } of error.candidates) {
    expect(error.message).toContain(`0x${offset?.toString(16)}`);
    expect(hitsOf("on_uprobe", { binary: binary.path, offset }, run)).toBe(3n);
  }
  if (!multi) return;
  refused(() => hitsOf("on_uprobe_multi", { binary: binary.path, symbols: ["helper"] }, run));
  expect(hitsOf("on_uprobe_multi", { binary: binary.path, pattern: "helper" }, run)).toBe(6n);
});

test("a versioned symbol is the default version, or the named one", () => {
  using folder = temporaryFolder();
  const binary = versionedLibrary(folder.path);
  const run = () => execFileSync(join(folder.path, "main"));
  const hits = (symbol: string) => {
    const single = hitsOf("on_uprobe", { binary, symbol }, run);
    if (multi) expect(hitsOf("on_uprobe_multi", { binary, symbols: [symbol] }, run)).toBe(single);
    return single;
  };
  expect(hits("answer")).toBe(3n);
  expect(hits("answer@V_2")).toBe(3n);
  expect(hits("answer@@V_2")).toBe(3n);
  expect(hits("answer@V_1")).toBe(0n);
  expect(() => hits("answer@@V_1")).toThrow(NoSymbolError);
  expect(() => hits("answer@V_3")).toThrow(/"answer@@V_2"/);
});

test("an IFUNC is refused, because a probe on it does not see the calls", () => {
  using folder = temporaryFolder();
  const binary = versionedLibrary(folder.path);
  const attach = () => hitsOf("on_uprobe", { binary, symbol: "chosen" }, () => undefined);
  expect(attach).toThrow(AttachError);
  expect(attach).toThrow(/"chosen@@V_2" of .* is an indirect function \(IFUNC\)/);
});

test("a malformed binary is refused for uprobes and USDT", () => {
  using folder = temporaryFolder();
  const binary = join(folder.path, "bad.so");
  const bytes = readFileSync("/bin/true");
  const table = Number(bytes.readBigUInt64LE(40));
  for (let i = 0; i < bytes.readUInt16LE(60); i++) {
    const header = table + 64 * i;
    if (bytes.readUInt32LE(header + 4) === 11) bytes.writeBigUInt64LE(0n, header + 56);
  }
  writeFileSync(binary, bytes);
  using user = loadAlone("link_user", "on_uprobe");
  const attach = () => link.uprobe(user.program, { binary, symbol: "main" });
  expect(attach).toThrow(ElfError);
  expect(attach).toThrow(/bad\.so" is malformed: ELF symbols of 0 bytes/);

  writeFileSync(binary, bytes.subarray(0, bytes.length - 100));
  using usdt = loadAlone("link_usdt", "on_usdt");
  expect(() => link.usdt(usdt.program, { binary, provider: "x", name: "y" })).toThrow(/malformed/);
});

test("a file that is not a binary of this machine is refused", () => {
  using folder = temporaryFolder();
  using loaded = loadAlone("link_user", "on_uprobe");
  const refuses = (path: string, message: RegExp) => {
    const attach = () => link.uprobe(loaded.program, { binary: path, symbol: "main" });
    expect(attach).toThrow(InvalidArgumentError);
    expect(attach).toThrow(message);
  };
  const foreign = readFileSync("/bin/true");
  foreign.writeUInt16LE(8, 18);
  writeFileSync(join(folder.path, "foreign"), foreign);
  refuses(join(folder.path, "foreign"), /is for MIPS/);
  execFileSync("mkfifo", [join(folder.path, "fifo")]);
  refuses(join(folder.path, "fifo"), /not a regular file/);
  refuses("/dev/null", /not a regular file/);
});

/** A process that runs a copy of a program, with the path of the copy. */
async function withProcess(
  command: string,
  args: string[],
  name: string,
  use: (pid: number) => void | Promise<void>,
): Promise<void> {
  const child = spawn(command, args, { stdio: "ignore" });
  const pid = child.pid as number;
  try {
    // It runs the program when exec is over and its libraries are loaded.
    await vi.waitFor(() => {
      expect(basename(readlinkSync(`/proc/${pid}/exe`))).toBe(name);
      expect(readFileSync(`/proc/${pid}/maps`, "utf8")).toMatch(/libc\.so/);
      expect(readFileSync(`/proc/${pid}/syscall`, "utf8")).not.toBe("running\n");
    });
    await use(pid);
  } finally {
    child.kill("SIGKILL");
  }
}

/** The loader and the C library of a dynamic program, as ldd names them. */
function libraries(program: string): { loader: string; libc: string } {
  const text = execFileSync("ldd", [program], { encoding: "utf8" });
  const libc = /libc\.so\.6 => (\S+)/.exec(text)?.[1] ?? "";
  const loader = /^\s*(\/\S*ld-\S+)/m.exec(text)?.[1] ?? "";
  return { loader, libc };
}

/** The path of a uprobe by what the kernel says of its link; empty before 6.6. */
function uprobePath(attached: Link): string {
  if (!linuxAtLeast("6.6")) return "";
  const info = attached.info();
  const event = info.type === "perf-event" ? info.event : undefined;
  return event?.type === "uprobe" ? event.path : "";
}

/** Where a link is attached, by what the kernel says of a uprobe of that binary. */
function attachedTo(options: object): string {
  using loaded = loadAlone("link_user", "on_uprobe");
  using attached = link.uprobe(loaded.program, { symbol: "getppid", ...options } as never);
  return uprobePath(attached);
}

test("a library of a process in a chroot is found in the chroot, even after its removal", async (context) => {
  requiresCommand(context, "ldd");
  using binary = compileC(waits);
  using folder = temporaryFolder();
  const { loader, libc } = libraries(binary.path);
  mkdirSync(join(folder.path, dirname(loader)), { recursive: true });
  mkdirSync(join(folder.path, "app"));
  copyFileSync(loader, join(folder.path, loader));
  copyFileSync(libc, join(folder.path, "app/libc.so.6"));
  copyFileSync(binary.path, join(folder.path, "app/program"));
  const args = [folder.path, loader, "--library-path", "/app", "/app/program"];
  await withProcess("chroot", args, basename(realpathSync(loader)), (pid) => {
    const expected = linuxAtLeast("6.6") ? `/proc/${pid}/root/app/libc.so.6` : "";
    expect(attachedTo({ binary: "libc.so.6", pid })).toBe(expected);
    expect(attachedTo({ binary: "/app/libc.so.6", pid })).toBe(expected);
    expect(() => attachedTo({ binary: libc, pid })).toThrow(
      /sees no file .*The file exists for this process: omit pid/,
    );

    // As a package manager replaces it.
    renameSync(join(folder.path, "app/libc.so.6"), join(folder.path, "app/old"));
    unlinkSync(join(folder.path, "app/old"));
    copyFileSync(libc, join(folder.path, "app/libc.so.6"));
    expect(attachedTo({ binary: "libc.so.6", pid })).toMatch(linuxAtLeast("6.6") ? /map_files/ : /^$/);
  });
});

test("a path with a pid is looked up in the mount namespace of that process", async (context) => {
  requiresCommand(context, "ldd");
  using binary = compileC(waits);
  using folder = temporaryFolder();
  const { libc } = libraries(binary.path);
  const copy = join(folder.path, "copy");
  copyFileSync(libc, copy);
  const script = `mount --bind ${copy} ${libc} && exec ${binary.path}`;
  await withProcess("unshare", ["-m", "--propagation", "private", "sh", "-c", script], "program", (pid) => {
    for (const name of [libc, "libc.so.6"]) {
      using loaded = loadAlone("link_user", "on_uprobe");
      using attached = link.uprobe(loaded.program, { binary: name, symbol: "getppid", pid });
      if (!linuxAtLeast("6.6")) continue;
      const path = uprobePath(attached);
      expect(readFileSync(path).length).toBe(readFileSync(copy).length);
      expect(path).toMatch(new RegExp(`^/proc/${pid}/root/`));
    }
  });
});

test("a library that a process has not mapped is reported, and not replaced by another", async () => {
  using binary = compileC(waits);
  await withProcess(binary.path, [], "program", (pid) => {
    const attach = () => attachedTo({ binary: "libnothing.so.1", pid });
    expect(attach).toThrow(InvalidArgumentError);
    expect(attach).toThrow(`process ${pid} has no libnothing.so.1 mapped`);
    expect(attach).toThrow(`linked into the program: pass "${realpathSync(binary.path)}" as binary`);
    expect(() => attachedTo({ binary: "libcc.so.6", pid })).toThrow('Nearest: "libc.so.6"');
    expect(() => attachedTo({ binary: "/nowhere/libc.so.6", pid })).toThrow(
      /sees no file "\/nowhere\/libc.so.6".*It has "\/.*libc.so.6" mapped: pass that, or "libc.so.6"/,
    );
    using usdt = loadAlone("link_usdt", "on_usdt");
    const where = { binary: "libstdc++.so.6", provider: "libstdcxx", name: "throw", pid };
    expect(() => link.usdt(usdt.program, where)).toThrow(`process ${pid} has no libstdc++.so.6 mapped`);
  });
  expect(() => attachedTo({ binary: "libc.so.6", pid: 0x7fff_fff0 })).toThrow(/no process 2147483632/);
});

test("a missing binary is refused with the nearest name", () => {
  using binary = compileC(waits);
  expect(() => attachedTo({ binary: `${binary.path}s` })).toThrow(
    /there is no binary ".*programs".*Nearest: "program"/,
  );
  vi.stubEnv("PATH", dirname(binary.path));
  try {
    expect(() => attachedTo({ binary: "programs" })).toThrow(
      /no binary is called "programs".*Nearest: "program"/,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

test("mutated binaries are attached to or refused, and never end the process", { timeout: 120_000 }, () => {
  using program = compileC(`${tickWithProbe}\nint main(void) { tick(1); return 0; }`);
  const seeds = process.env.EBPF_FUZZ ?? "30";
  const script = scriptArguments(join(import.meta.dirname, "children/binary-fuzz.ts"));
  const child = spawnSync(process.execPath, [...script, program.path, "1", seeds], { encoding: "utf8" });
  expect({ status: child.status, signal: child.signal, said: child.stderr.slice(-1000) }).toMatchObject({
    status: 0,
    signal: null,
  });
  const { attached, refused } = JSON.parse(child.stdout);
  expect(attached).toBeGreaterThan(10);
  expect(refused).toBeGreaterThan(10);
});
