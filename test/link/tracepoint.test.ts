import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { link, NoSymbolError, ProgramTypeError } from "../../lib/index.ts";
import { kill, type Loaded, loadAlone } from "../support/link.ts";

const where = { group: "syscalls", name: "sys_enter_kill" };

/** A program that counts only the events of `kill`. Other processes may call kill during the test. */
function loadCounting(): Loaded {
  const loaded = loadAlone("link_trace", "on_tp");
  const { only_to } = loaded.coll.variables;
  if (only_to !== undefined) only_to.value = BigInt(process.pid);
  return loaded;
}

test("tracepoint: fires while the link is open", () => {
  using loaded = loadCounting();
  {
    using _ = link.tracepoint(loaded.program, where);
    kill(10);
    expect(loaded.hits()).toBe(10n);
  }
  kill(10);
  expect(loaded.hits()).toBe(10n);
});

test("tracepoint: attaches from the SEC name", () => {
  using loaded = loadCounting();
  using _ = loaded.program.attach();
  kill(3);
  expect(loaded.hits()).toBe(3n);
});

test("tracepoint: the error for an unknown name has similar names", () => {
  using loaded = loadAlone("link_trace", "on_tp");
  const attach = () => link.tracepoint(loaded.program, { group: "syscalls", name: "sys_enter_kil" });
  expect(attach).toThrow(NoSymbolError);
  expect(attach).toThrow(/"syscalls\/sys_enter_kill"/);
});

test("tracepoint: a program of another type is refused by name", () => {
  using loaded = loadAlone("link_user", "on_perf_event");
  expect(() => link.tracepoint(loaded.program, where)).toThrow(ProgramTypeError);
});

test("raw_tp: fires while the link is open", () => {
  using loaded = loadAlone("link_trace", "on_raw_tp");
  using raw = link.rawTracepoint(loaded.program, { name: "sys_enter" });
  kill(10);
  expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
  raw.close();
  const before = loaded.hits();
  execFileSync("true");
  kill(5);
  expect(loaded.hits()).toBe(before);
});

test("raw_tp: the error for an unknown name has similar names", () => {
  using loaded = loadAlone("link_trace", "on_raw_tp");
  expect(() => link.rawTracepoint(loaded.program, { name: "sched_swich" })).toThrow(/"sched_switch"/);
});

test("tp_btf: fires while the link is open", () => {
  using loaded = loadAlone("link_trace", "on_tp_btf");
  using _ = loaded.program.attach();
  kill(10);
  expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
});
