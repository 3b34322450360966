import { readFileSync } from "node:fs";
import { expect, type TestContext, test } from "vitest";
import { AttachError, link, NoSymbolError, NotSupportedError, Program } from "../../lib/index.ts";
import { kill, loadAlone, requiresKprobes } from "../support/link.ts";
import { kernelHas, linuxAtLeast, requires, requiresConfig, requiresLinux } from "../support/requires.ts";

const symbol = "security_task_kill";

function addressOf(name: string): bigint {
  const found = new RegExp(`^([0-9a-f]+) T ${name}$`, "m").exec(readFileSync("/proc/kallsyms", "utf8"));
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

test("kprobe: attaches from the SEC name, and its link tells where", (context) => {
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

test("kprobe: a program that came from an id attaches too", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  using program = Program.fromId(loaded.program.info().id);
  using _ = link.kprobe(program, { symbol });
  kill(3);
  expect(loaded.hits()).toBeGreaterThanOrEqual(3n);
});

test("kprobe: the old way over tracefs fires, and is removed", (context) => {
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

test("kprobe: an unknown function tells the nearest", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kprobe");
  const attach = () => link.kprobe(loaded.program, { symbol: "security_task_kil" });
  expect(attach).toThrow(NoSymbolError);
  expect(attach).toThrow(/"security_task_kill"/);
});

test("kprobe: a kernel without kprobes says so", (context) => {
  requires(context, !kernelHas("CONFIG_KPROBE_EVENTS"), "no kprobes: this kernel has them", "kernel");
  using loaded = loadAlone("link_trace", "on_kprobe");
  expect(() => link.kprobe(loaded.program, { symbol })).toThrow(NotSupportedError);
  expect(() => loaded.program.attach()).toThrow(/CONFIG_KPROBE/);
});

test("kretprobe: fires while the link is open", (context) => {
  requiresKprobes(context);
  using loaded = loadAlone("link_trace", "on_kretprobe");
  using _ = link.kretprobe(loaded.program, { symbol });
  kill(10);
  expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
});

for (const retprobe of [false, true]) {
  test(`${retprobe ? "kretsyscall" : "ksyscall"}: fires under whatever name the kernel has`, (context) => {
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

/** Functions of the kernel proper that can be probed, and whose name stands for one place. */
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

test("kprobe.multi: says which function is not there", (context) => {
  requiresMulti(context);
  using loaded = loadAlone("link_trace", "on_kprobe_multi");
  expect(() => link.kprobeMulti(loaded.program, { symbols: [symbol, "security_task_kil"] })).toThrow(
    NoSymbolError,
  );
  expect(() => link.kprobeMulti(loaded.program, { pattern: "no_such_function_*" })).toThrow(NoSymbolError);
});

test("kprobe.multi: a kernel without fprobes says so", (context) => {
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
