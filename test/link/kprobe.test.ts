import { readFileSync } from "node:fs";
import { expect, type TestContext, test, vi } from "vitest";
import {
  AmbiguousSymbolError,
  AttachError,
  KernelSymbols,
  link,
  NoSymbolError,
  NotSupportedError,
  Program,
} from "../../lib/index.ts";
import { kill, loadAlone, requiresKprobes } from "../support/link.ts";
import { kernelHas, linuxAtLeast, requires, requiresConfig, requiresLinux } from "../support/requires.ts";

const symbol = "security_task_kill";

function addressOf(name: string): bigint {
  const found = new RegExp(`^([0-9a-f]+) [tT] ${name}(?:\\t|$)`, "m").exec(
    readFileSync("/proc/kallsyms", "utf8"),
  );
  return BigInt(`0x${found?.[1]}`);
}

function requiresMulti(context: TestContext, what = "kprobe.multi", since = "5.18"): void {
  requiresKprobes(context);
  requiresLinux(context, since, what);
  requiresConfig(context, "CONFIG_FPROBE", what);
}

test("kprobe: fires while the link is open", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  {
    using _ = link.kprobe(loaded.program, { symbol });
    kill(10);
    expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
  }
  const before = loaded.hits();
  kill(10);
  expect(loaded.hits()).toBe(before);
});

test("kprobe: attaches from the SEC name, and its link has the target", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  using attached = loaded.program.attach();
  kill(3);
  expect(loaded.hits()).toBeGreaterThanOrEqual(3n);
  if (linuxAtLeast("6.6"))
    expect(attached.info()).toMatchObject({
      type: "perf-event",
      event: { type: "kprobe", symbol, offset: 0 },
    });
  else if (!linuxAtLeast("5.15")) expect(attached.nature).toBe("perf-event");
});

test("kprobe: fires by address", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  using _ = link.kprobe(loaded.program, { address: addressOf(symbol) });
  kill(3);
  expect(loaded.hits()).toBeGreaterThanOrEqual(3n);
});

test("kprobe: an offset where no instruction begins is refused", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  expect(() => link.kprobe(loaded.program, { symbol, offset: 0xffffff })).toThrow(AttachError);
});

test("kprobe: a syscall's function is found under any of its names", (context) => {
  requiresKprobes(context);
  for (const name of ["sys_kill", "__x64_sys_kill", "__arm64_sys_kill"]) {
    using loaded = loadAlone("link_trace", "on_kprobe");
    using _ = link.kprobe(loaded.program, { symbol: name });
    kill(3);
    expect(loaded.hits()).toBeGreaterThanOrEqual(3n);
  }
});

test("kprobe: a program opened by ID attaches", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  using program = Program.fromId(loaded.program.info().id);
  using _ = link.kprobe(program, { symbol });
  kill(3);
  expect(loaded.hits()).toBeGreaterThanOrEqual(3n);
});

test("kprobe: a probe over tracefs fires and is removed", (context) => {
  requiresKprobes(context);
  const events = "/sys/kernel/tracing/kprobe_events";
  using loaded = loadAlone("link_trace", "on_kprobe");
  {
    using attached = link.kprobe(loaded.program, { symbol, mode: "legacy" });
    kill(10);
    expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
    expect(attached.nature).toBe("libbpf");
    expect(readFileSync(events, "utf8")).toContain(symbol);
  }
  expect(readFileSync(events, "utf8")).not.toContain(symbol);
});

test("kprobe: the error for an unknown function has similar names", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  const attach = () => link.kprobe(loaded.program, { symbol: "security_task_kil" });
  expect(attach).toThrow(NoSymbolError);
  expect(attach).toThrow(/"security_task_kill"/);
});

test("kprobe: a kernel without kprobes is reported", (context) => {
  requires(context, !kernelHas("CONFIG_KPROBE_EVENTS"), "no kprobes: this kernel has them", "kernel");
  using loaded = loadAlone("link_trace", "on_kprobe");
  expect(() => link.kprobe(loaded.program, { symbol })).toThrow(NotSupportedError);
  expect(() => loaded.program.attach()).toThrow(/CONFIG_KPROBE/);
});

/** A name of several functions of this kernel, at different addresses. */
function sharedName(): string {
  const addresses = new Map<string, Set<string>>();
  for (const line of readFileSync("/sys/kernel/tracing/available_filter_functions", "utf8").split("\n"))
    if (/^[a-z]\w+$/.test(line)) addresses.set(line, new Set());
  for (const line of readFileSync("/proc/kallsyms", "utf8").split("\n")) {
    const [address = "", , name = "", module] = line.split(/\s/, 4);
    if (module === undefined) addresses.get(name)?.add(address);
  }
  for (const [name, found] of addresses) if (found.size > 2) return name;
  throw new Error("all functions have a name of their own");
}

test("kprobe: a name of several functions is refused with all addresses", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  const name = sharedName();
  try {
    link.kprobe(loaded.program, { symbol: name });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(AmbiguousSymbolError);
    const { candidates, message } = error as AmbiguousSymbolError;
    expect(candidates.length).toBeGreaterThan(2);
    for (const { address } of candidates) {
      expect(message).toContain(`0x${address?.toString(16)}`);
      link.kprobe(loaded.program, { address: address as bigint }).close();
    }
  }
});

test("kprobe.multi: a name of several functions is refused, and a pattern attaches to all", (context) => {
  requiresMulti(context);
  using loaded = loadAlone("link_trace", "on_kprobe_multi");
  const name = sharedName();
  expect(() => link.kprobeMulti(loaded.program, { symbols: [symbol, name] })).toThrow(AmbiguousSymbolError);
  if (!linuxAtLeast("6.6")) return;
  using all = link.kprobeMulti(loaded.program, { pattern: name });
  const info = all.info();
  expect(info.type === "kprobe-multi" && info.count).toBeGreaterThan(1);
});

test("kprobe: an offset inside of an instruction is explained", (context) => {
  requiresKprobes(context);
  requires(context, process.arch === "x64", "instructions of one length", "kernel");
  using loaded = loadAlone("link_trace", "on_kprobe");
  // The first instruction is a call or nop of five bytes.
  expect(() => link.kprobe(loaded.program, { symbol, offset: 1 })).toThrow(/no instruction begins there/);
});

/** A function of a loaded module that can be probed; undefined without modules. */
function moduleFunction(): { module: string; name: string } | undefined {
  const text = readFileSync("/sys/kernel/tracing/available_filter_functions", "utf8");
  const names = new Map<string, number>();
  for (const line of readFileSync("/proc/kallsyms", "utf8").split("\n")) {
    const name = line.split(/\s/, 3)[2] ?? "";
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  for (const [, name = "", module = ""] of text.matchAll(/^([a-z]\w+) \[(\w+)\]$/gm))
    if (names.get(name) === 1) return { module, name };
  return undefined;
}

test("kprobe, kretprobe, kprobe.multi: a function of a module is found by module:function", (context) => {
  requiresKprobes(context);
  const found = moduleFunction();
  requires(context, found !== undefined, "a loaded module with functions", "kernel");
  if (found === undefined) return;
  const named = `${found.module}:${found.name}`;
  using loaded = loadAlone("link_trace", "on_kprobe");
  using probe = link.kprobe(loaded.program, { symbol: named });
  if (linuxAtLeast("6.6")) expect(probe.info()).toMatchObject({ event: { address: addressOf(found.name) } });
  using returns = loadAlone("link_trace", "on_kretprobe");
  link.kretprobe(returns.program, { symbol: named }).close();
  expect(() => link.kprobe(loaded.program, { symbol: `nosuchmodule:${found.name}` })).toThrow(
    /Module "nosuchmodule" is not loaded/,
  );
  if (!linuxAtLeast("5.18") || !kernelHas("CONFIG_FPROBE")) return;
  using many = loadAlone("link_trace", "on_kprobe_multi");
  link.kprobeMulti(many.program, { symbols: [named, symbol] }).close();
});

test("kprobe, kprobe.multi: similar names are searched only when the error is read", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  const names = Array.from({ length: 20 }, (_, i) => `no_such_function_${i}`);
  const errors: unknown[] = [];
  const failing = (attach: () => unknown) => {
    try {
      attach();
    } catch (error) {
      errors.push(error);
    }
  };
  const symbols = vi.spyOn(KernelSymbols, "current");
  for (const name of names) failing(() => link.kprobe(loaded.program, { symbol: name }));
  if (linuxAtLeast("5.19") && kernelHas("CONFIG_FPROBE")) {
    using many = loadAlone("link_trace", "on_kprobe_multi");
    failing(() => link.kprobeMulti(many.program, { symbols: [symbol, ...names] }));
  }
  expect(symbols).not.toHaveBeenCalled();
  for (const error of errors) expect(error).toBeInstanceOf(NoSymbolError);
  expect((errors.at(-1) as Error).message).toMatch(/this kernel has no function "no_such_function_/);
  expect(symbols).toHaveBeenCalled();
  symbols.mockRestore();
});

test("kretprobe: fires while the link is open", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kretprobe");
  using _ = link.kretprobe(loaded.program, { symbol });
  kill(10);
  expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
});

for (const retprobe of [false, true]) {
  test(`${retprobe ? "kretsyscall" : "ksyscall"}: fires for any name of the function in the kernel`, (context) => {
    requiresKprobes(context);
    using loaded = loadAlone("link_trace", "on_ksyscall");
    using _ = loaded.program.attach({ retprobe });
    kill(10);
    expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
  });
}

test("kprobe.multi: fires for functions by pattern, symbol and address", (context) => {
  requiresMulti(context);
  using loaded = loadAlone("link_trace", "on_kprobe_multi");
  {
    using attached = loaded.program.attach();
    kill(10);
    expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
    if (linuxAtLeast("6.6")) expect(attached.info()).toMatchObject({ type: "kprobe-multi", count: 1 });
  }
  using _symbols = link.kprobeMulti(loaded.program, { symbols: [symbol], cookies: [7n] });
  using _addresses = link.kprobeMulti(loaded.program, { addresses: [addressOf(symbol)] });
  using _returns = link.kprobeMulti(loaded.program, { symbols: [symbol], retprobe: true });
  const before = loaded.hits();
  kill(5);
  expect(loaded.hits()).toBeGreaterThanOrEqual(before + 15n);
});

test("kprobe.multi: attaches many functions in one link", (context) => {
  requiresMulti(context);
  using loaded = loadAlone("link_trace", "on_kprobe_multi");
  using _ = link.kprobeMulti(loaded.program, { pattern: "security_*" });
  kill(3);
  expect(loaded.hits()).toBeGreaterThanOrEqual(3n);
});

test("kprobe.multi: 1,000 functions in one link and one call", (context) => {
  requiresMulti(context);
  const symbols = [symbol, ...functionsBeginningWith("acpi_", "pci_", "tty_", "usb_").slice(0, 999)];
  expect(symbols).toHaveLength(1000);
  using loaded = loadAlone("link_trace", "on_kprobe_multi");
  using many = link.kprobeMulti(loaded.program, { symbols });
  if (linuxAtLeast("6.6")) expect(many.info()).toMatchObject({ type: "kprobe-multi", count: 1000 });
  kill(3);
  expect(loaded.hits()).toBeGreaterThanOrEqual(3n);
});

/** Functions of the kernel image that can be probed and have unique names. */
function functionsBeginningWith(...starts: string[]): string[] {
  const text = readFileSync("/sys/kernel/tracing/available_filter_functions", "utf8");
  const times = new Map<string, number>();
  for (const line of readFileSync("/proc/kallsyms", "utf8").split("\n")) {
    const name = line.split(/\s/, 3)[2] ?? "";
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return text
    .split("\n")
    .filter((line) => !line.includes(" ") && times.get(line) === 1)
    .filter((name) => starts.some((start) => name.startsWith(start)));
}

test("kprobe.multi: the error names the missing function", (context) => {
  requiresMulti(context);
  using loaded = loadAlone("link_trace", "on_kprobe_multi");
  expect(() => link.kprobeMulti(loaded.program, { symbols: [symbol, "security_task_kil"] })).toThrow(
    NoSymbolError,
  );
  expect(() => link.kprobeMulti(loaded.program, { pattern: "no_such_function_*" })).toThrow(NoSymbolError);
});

test("kprobe.multi: a kernel without fprobes is reported", (context) => {
  requiresKprobes(context);
  requiresLinux(context, "5.18", "kprobe.multi");
  requires(context, !kernelHas("CONFIG_FPROBE"), "no fprobes: this kernel has them", "kernel");
  using loaded = loadAlone("link_trace", "on_kprobe_multi");
  expect(() => loaded.program.attach()).toThrow(NotSupportedError);
  expect(() => link.kprobeMulti(loaded.program, { symbols: [symbol] })).toThrow(/CONFIG_FPROBE/);
});

test("kprobe.session: fires at entry and return", (context) => {
  requiresMulti(context, "kprobe.session", "6.10");
  using loaded = loadAlone("link_trace", "on_kprobe_session");
  using _ = loaded.program.attach();
  kill(10);
  expect(loaded.hits()).toBeGreaterThanOrEqual(20n);
});
