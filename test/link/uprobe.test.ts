import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ElfFunctions } from "../../lib/elf/index.ts";
import { InvalidArgumentError, link, NoSymbolError, Program } from "../../lib/index.ts";
import { binaryPath } from "../../lib/link/target/binary.ts";
import { withElf } from "../../lib/process/binary-file.ts";
import { compileC, tickWithProbe } from "../support/compile-c.ts";
import { loadAlone } from "../support/link.ts";
import { linuxAtLeast, requiresLinux } from "../support/requires.ts";

const libc = { binary: "libc.so.6", pid: process.pid };
const getppid = { ...libc, symbol: "getppid" };

function call(times: number): void {
  for (let i = 0; i < times; i++) void process.ppid;
}

test("uprobe: fires in a library by name and symbol, while the link is open", () => {
  using loaded = loadAlone("link_user", "on_uprobe");
  {
    using _ = link.uprobe(loaded.program, getppid);
    call(5);
    expect(loaded.hits()).toBe(5n);
  }
  call(5);
  expect(loaded.hits()).toBe(5n);
});

test("uprobe: attaches by options if the SEC name has no target", () => {
  using loaded = loadAlone("link_user", "on_uprobe");
  using attached = loaded.program.attach(getppid);
  call(5);
  expect(loaded.hits()).toBe(5n);
  if (linuxAtLeast("6.6"))
    expect(attached.info()).toMatchObject({ type: "perf-event", event: { type: "uprobe" } });
  expect(() => loaded.program.attach()).toThrow(/does not give the binary/);
});

test("uprobe: fires only in one process on request", () => {
  using loaded = loadAlone("link_user", "on_uprobe");
  const elsewhere = () => execFileSync(process.execPath, ["-e", "process.ppid"]);
  {
    using _ = link.uprobe(loaded.program, getppid);
    elsewhere();
    expect(loaded.hits()).toBe(0n);
  }
  using _ = link.uprobe(loaded.program, { binary: "libc.so.6", symbol: "getppid" });
  elsewhere();
  expect(loaded.hits()).toBeGreaterThan(0n);
});

test("uprobe: fires at an offset in the file", () => {
  using loaded = loadAlone("link_user", "on_uprobe");
  const path = binaryPath("libc.so.6");
  const offset = withElf(path, (elf) => new ElfFunctions(elf).named("getppid")[0]?.offset) ?? 0;
  using _ = link.uprobe(loaded.program, { binary: path, offset, pid: process.pid });
  call(5);
  expect(loaded.hits()).toBe(5n);
});

test("uprobe: a program opened by ID attaches", () => {
  using loaded = loadAlone("link_user", "on_uprobe");
  using program = Program.fromId(loaded.program.info().id);
  using _ = link.uprobe(program, getppid);
  call(5);
  expect(loaded.hits()).toBe(5n);
});

test("uprobe: a probe over tracefs fires and is removed", () => {
  const events = "/sys/kernel/tracing/uprobe_events";
  using loaded = loadAlone("link_user", "on_uprobe");
  {
    using attached = link.uprobe(loaded.program, { ...getppid, mode: "legacy" });
    call(5);
    expect(attached.nature).toBe("libbpf");
    expect(loaded.hits()).toBe(5n);
  }
  expect(readFileSync(events, "utf8")).toBe("");
});

test("uprobe: the error has similar names for an unknown symbol, and the searched paths for an unknown binary", () => {
  using loaded = loadAlone("link_user", "on_uprobe");
  const attach = () => link.uprobe(loaded.program, { ...libc, symbol: "getppidd" });
  expect(attach).toThrow(NoSymbolError);
  expect(attach).toThrow(/"getppid"/);
  expect(() => link.uprobe(loaded.program, { binary: "libnothing.so.1", symbol: "x" })).toThrow(
    InvalidArgumentError,
  );
});

test("uprobe: a sleepable program fires", (context) => {
  requiresLinux(context, "6.0", "sleepable uprobes");
  using loaded = loadAlone("link_user", "on_uprobe_sleepable");
  using _ = link.uprobe(loaded.program, getppid);
  call(5);
  expect(loaded.hits()).toBe(5n);
});

test("uretprobe: fires while the link is open", () => {
  using loaded = loadAlone("link_user", "on_uretprobe");
  using _ = link.uretprobe(loaded.program, getppid);
  call(5);
  expect(loaded.hits()).toBe(5n);
});

test("uprobe.multi: fires, with a cookie for each function", (context) => {
  requiresLinux(context, "6.6", "uprobe.multi");
  using loaded = loadAlone("link_user", "on_uprobe_multi");
  using attached = link.uprobeMulti(loaded.program, {
    ...libc,
    symbols: ["getppid", "getsid"],
    cookies: [11n, 22n],
  });
  call(5);
  expect(loaded.hits()).toBe(5n);
  expect(loaded.cookie()).toBe(11n);
  if (linuxAtLeast("6.8"))
    expect(attached.info()).toMatchObject({ type: "uprobe-multi", count: 2, pid: process.pid });
});

test("uretprobe.multi: fires at returns", (context) => {
  requiresLinux(context, "6.6", "uretprobe.multi");
  using loaded = loadAlone("link_user", "on_uprobe_multi");
  using attached = link.uprobeMulti(loaded.program, { ...libc, symbols: ["getppid"], retprobe: true });
  call(5);
  expect(loaded.hits()).toBe(5n);
  if (linuxAtLeast("6.8")) expect(attached.info()).toMatchObject({ type: "uprobe-multi", retprobe: true });
});

test("uprobe.multi: the error names the missing symbol", (context) => {
  requiresLinux(context, "6.6", "uprobe.multi");
  using loaded = loadAlone("link_user", "on_uprobe_multi");
  const attach = () => link.uprobeMulti(loaded.program, { ...libc, symbols: ["getsid", "getppidd"] });
  expect(attach).toThrow(NoSymbolError);
  expect(attach).toThrow(/"getppidd"/);
});

test("uprobe.multi: 1,000 functions in one link and one call", (context) => {
  requiresLinux(context, "6.6", "uprobe.multi");
  const count = 1000;
  const functions = Array.from({ length: count }, (_, i) => `void target_${i}(void) { sink++; }`).join("\n");
  const calls = Array.from({ length: count }, (_, i) => `target_${i}();`).join("\n");
  using binary = compileC(`volatile int sink;\n${functions}\nint main(void) {\n${calls}\nreturn 0;\n}\n`);
  using loaded = loadAlone("link_user", "on_uprobe_multi");
  using many = link.uprobeMulti(loaded.program, { binary: binary.path, pattern: "target_*" });
  if (linuxAtLeast("6.8")) expect(many.info()).toMatchObject({ count });
  execFileSync(binary.path);
  expect(loaded.hits()).toBe(BigInt(count));
});

test("uprobe.session: fires at entry and return", (context) => {
  requiresLinux(context, "6.13", "uprobe.session");
  using loaded = loadAlone("link_user", "on_uprobe_session");
  using _ = link.uprobeMulti(loaded.program, { ...libc, symbols: ["getppid"] });
  call(5);
  expect(loaded.hits()).toBe(10n);
});

test("usdt: fires with its arguments and the cookie", () => {
  using binary = compileC(`${tickWithProbe}\nint main(void) { tick(-7); tick(42); return 0; }`);
  using loaded = loadAlone("link_usdt", "on_usdt");
  const cookie = linuxAtLeast("5.15") ? 5n : undefined;
  const where = { binary: binary.path, provider: "ebpftest", name: "tick" };
  using attached = link.usdt(loaded.program, { ...where, ...(cookie !== undefined && { cookie }) });
  execFileSync(binary.path);
  expect(loaded.hits()).toBe(2n);
  expect(loaded.coll.variables["argument"]?.value).toBe(42n);
  if (cookie !== undefined) expect(loaded.cookie()).toBe(cookie);
  expect(attached.nature).toBe("libbpf");
  expect(() => attached.pin("/sys/fs/bpf/none")).toThrow(/not a bpf_link/);
});

test("usdt: fires in one process", async () => {
  using binary = compileC(
    `${tickWithProbe}\nint getchar(void);\nint main(void) { while (getchar() > 0) tick(42); return 0; }`,
  );
  using loaded = loadAlone("link_usdt", "on_usdt");
  const child = spawn(binary.path, { stdio: ["pipe", "ignore", "ignore"] });
  const where = { binary: binary.path, provider: "ebpftest", name: "tick" };
  using _ = link.usdt(loaded.program, { ...where, pid: child.pid as number });
  execFileSync(binary.path, { input: "x" });
  expect(loaded.hits()).toBe(0n);
  child.stdin.end("xxx");
  await once(child, "exit");
  expect(loaded.hits()).toBe(3n);
});

test("usdt: an unknown probe is reported", () => {
  using binary = compileC(`${tickWithProbe}\nint main(void) { tick(1); return 0; }`);
  using loaded = loadAlone("link_usdt", "on_usdt");
  const where = { binary: binary.path, provider: "ebpftest", name: "tock" };
  expect(() => link.usdt(loaded.program, where)).toThrow(NoSymbolError);
});

test("usdt: a missing process is reported as such", () => {
  using binary = compileC(`${tickWithProbe}\nint main(void) { tick(1); return 0; }`);
  const where = { binary: binary.path, provider: "ebpftest", name: "tick" };
  using loaded = loadAlone("link_usdt", "on_usdt");
  expect(() => link.usdt(loaded.program, { ...where, pid: 4_194_000 })).toThrow(
    expect.objectContaining({
      code: "ERR_EBPF_INVALID_ARGUMENT",
      message: expect.stringMatching(/there is no process 4194000$/),
    }),
  );
});
