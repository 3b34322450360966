import { afterAll, expect, test } from "vitest";
import { type HookName, type HookOption, hook, hooks } from "../../lib/hooks/index.ts";
import { CollectionSpec, link } from "../../lib/index.ts";
import { loadAlone } from "../support/link.ts";
import { exampleObject } from "../support/objects.ts";

// Options are checked before the program's type, so that one program serves for all calls.
const coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
afterAll(() => coll.close());
const program = coll.programs.trace_execve;
const map = coll.maps.counter_map;

const call = (name: string, options: unknown) =>
  (link as unknown as Record<string, (...given: unknown[]) => unknown>)[hook(name as HookName).call]?.(
    program,
    options,
  );

const u64 = 1n << 64n;
const wrongNumbers = [-1, -1n, 1.5, Number.NaN, Number.POSITIVE_INFINITY, u64, "1", null, true, {}, []];
const wrongTexts = ["", "a\0b", "x".repeat(5000), 1, null, true, {}, "\ud800"];
const noHandle = [program, map, {}, null, 1, "x"];

/** Values that an option must refuse. */
function wrong(option: HookOption): unknown[] {
  switch (option.kind) {
    case "flag":
      return [0, 1, "true", null, {}];
    case "name":
    case "path":
      return wrongTexts;
    case "word":
      return ["", `${option.words[0]}\0`, "none", 0, null, "toString"];
    case "pid":
      return [...wrongNumbers, 0, 2 ** 31, 2 ** 32 + 1];
    case "cpu":
      return [...wrongNumbers, 2 ** 31];
    case "cookie":
    case "address":
      return [...wrongNumbers, u64 + 7n, 2 ** 53];
    case "offset":
      return [...wrongNumbers, -5, 1n << 63n, u64 + 0x1169n];
    case "integer":
      return [
        ...wrongNumbers.filter((value) => Number(value) !== -1 || option.min >= 0),
        typeof option.max === "bigint" ? option.max + 1n : option.max + 1,
        option.min - 1,
      ];
    case "interface":
      return [0, -1, 1.5, Number.NaN, 2 ** 31, 2 ** 32 + 1, "", "lo\0x", "x".repeat(200), 1n, true, {}];
    case "cgroup":
      return [-1, 1.5, Number.NaN, 2 ** 31, "a\0b", 1n, true, {}];
    case "netns":
      return [0, -1, 1.5, Number.NaN, 2 ** 31, "", "/run\0", 1n, true, {}, null];
    case "device":
      return [-1, 1.5, Number.NaN, 2 ** 31, "", "/dev\0", 1n, true, {}];
    case "socket":
      return [-1, 1.5, Number.NaN, 2 ** 31, "x", 1n, true];
    case "map":
      return noHandle.filter((value) => value !== map);
    case "program":
      return noHandle.filter((value) => value !== program);
    case "anchor":
      return [map, {}, { linkId: 0 }, { linkId: 1.5 }, { programId: 2 ** 32 }, 1, "any", null];
    case "event":
      return [1, "cpu-clock", null, undefined];
    case "list":
      return [null, 1, "a", {}, ...wrong({ kind: option.of }).map((value) => [value])];
  }
}

/** Values that all options which are needed take. */
function right(option: HookOption): unknown {
  switch (option.kind) {
    case "word":
      return option.words[0];
    case "map":
      return map;
    case "event":
      return { type: "software", name: "cpu-clock" };
    case "socket":
      return 0;
    default:
      return "lo";
  }
}

const invalid = "ERR_EBPF_INVALID_ARGUMENT";
const withOptions = (Object.keys(hooks) as HookName[]).filter((name) => name !== "struct-ops");

test.each(withOptions)("%s refuses an invalid value of an option, and names the option", (name) => {
  const { call: function_, options } = hook(name);
  const needed = Object.entries(options).filter(([, option]) => option.required);
  const base = Object.fromEntries(needed.map(([other, option]) => [other, right(option)]));
  for (const [option, description] of Object.entries(options))
    for (const value of wrong(description)) {
      if (value === undefined && description.required === undefined) continue;
      expect(() => call(name, { ...base, [option]: value })).toThrow(
        expect.objectContaining({
          code: invalid,
          message: expect.stringMatching(new RegExp(`^(\\w+Id of )?${option}\\b.* of link\\.${function_}`)),
        }),
      );
    }
});

test.each(withOptions)("%s refuses an option that it does not have", (name) => {
  const { call: function_, options } = hook(name);
  const [first] = Object.keys(options);
  const message = new RegExp(`^option of link\\.${function_}: expected .*Did you mean "${first}"`);
  expect(() => call(name, { [`${first}s`.replace(/ss$/, "")]: 1, attachType: 999 })).toThrow(
    expect.objectContaining({ code: invalid, message: expect.stringMatching(message) }),
  );
  for (const options of [null, 1, "lo", [], () => 1])
    expect(() => call(name, options)).toThrow(expect.objectContaining({ code: invalid }));
});

test("options that exclude each other are refused", () => {
  for (const name of withOptions) {
    const { options, rules = [], call: function_ } = hook(name);
    const needed = Object.entries(options).filter(([, option]) => option.required);
    const base = Object.fromEntries(needed.map(([other, option]) => [other, right(option)]));
    for (const rule of rules) {
      if (rule.rule === "some" || rule.rule === "one-for-each") continue;
      const sample = (of: string) => {
        const option = options[of] as HookOption;
        return option.kind === "list"
          ? []
          : option.kind === "anchor"
            ? "all"
            : option.kind === "name"
              ? "x"
              : 1;
      };
      const both = Object.fromEntries(rule.of.map((of) => [of, sample(of)]));
      expect(() => call(name, { ...base, ...both })).toThrow(
        expect.objectContaining({
          code: invalid,
          message: expect.stringMatching(new RegExp(`^options of link\\.${function_}: expected`)),
        }),
      );
    }
  }
});

test("every field of a perf event is checked", () => {
  const events: [unknown, RegExp][] = [
    [{ type: "software" }, /name of event of link\.perfEvent: expected cpu-clock, /],
    [{ type: "hardware", name: "cycles" }, /expected cpu-cycles/],
    [{ type: "raw", config: -1n }, /config of event .*received -1n/],
    [{ type: "raw", config: u64 }, /config of event/],
    [{ type: "pmu", pmu: "../cpu", config: 1n }, /pmu of event .*without a slash/],
    [{ type: "breakpoint", address: 1n, length: 3, access: "write" }, /expected 1, 2, 4 or 8, received 3/],
    [{ type: "breakpoint", address: 1n, length: 4, access: "read" }, /access of event/],
    [{ type: "softwear", name: "cpu-clock" }, /type of event .*Did you mean "software"/],
    [{ type: "software", name: "cpu-clock", config: 1n }, /option of event/],
  ];
  using loaded = loadAlone("link_user", "on_perf_event");
  for (const [event, message] of events)
    expect(() => link.perfEvent(loaded.program, { event: event as never })).toThrow(
      expect.objectContaining({ code: invalid, message: expect.stringMatching(message) }),
    );
});

test("a value that is not a program is refused", () => {
  for (const value of [undefined, null, {}, map, coll, 1, "count"])
    for (const name of withOptions)
      expect(() =>
        (link as unknown as Record<string, (...given: unknown[]) => unknown>)[hook(name).call]?.(value, {}),
      ).toThrow(expect.objectContaining({ code: invalid }));
  expect(() => link.structOps(program as never)).toThrow(expect.objectContaining({ code: invalid }));
});
