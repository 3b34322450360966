import { inspect } from "node:util";
import { expect, test } from "vitest";
import { UnknownNameError } from "../../lib/errors/index.ts";
import { named } from "../../lib/spec/index.ts";

const maps = named("map", [
  ["counter_map", 1],
  ["events", 2],
  [".rodata", 3],
]);

test("a name that exists is an own property like any other", () => {
  expect(maps.counter_map).toBe(1);
  expect(maps[".rodata"]).toBe(3);
  expect(Object.getOwnPropertyDescriptor(maps, "events")).toMatchObject({ value: 2, enumerable: true });
});

test("an unknown name throws, and the error lists similar names", () => {
  expect(() => maps.counter_mpa).toThrow(UnknownNameError);
  expect(() => maps.counter_mpa).toThrow('no map is called "counter_mpa". Nearest: "counter_map"');
  expect(() => maps.event).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_UNKNOWN_NAME", wanted: "event", nearest: ["events"] }),
  );
  expect(() => maps.x).toThrow('no map is called "x"');
  expect(() => maps[0 as unknown as string]).toThrow('no map is called "0"');
});

test("in, Object.keys, spreading and JSON see an ordinary object", () => {
  expect("events" in maps).toBe(true);
  expect("nothing" in maps).toBe(false);
  expect("toString" in maps).toBe(true);
  expect(Object.keys(maps)).toEqual(["counter_map", "events", ".rodata"]);
  expect({ ...maps }).toEqual({ counter_map: 1, events: 2, ".rodata": 3 });
  expect(JSON.stringify({ maps })).toBe('{"maps":{"counter_map":1,"events":2,".rodata":3}}');
  const seen: string[] = [];
  for (const name in maps) seen.push(name);
  expect(seen).toEqual(["counter_map", "events", ".rodata"]);
});

test("console.log prints it like an ordinary object", () => {
  expect(inspect(maps)).toBe("{ counter_map: 1, events: 2, '.rodata': 3 }");
  expect(inspect({ maps }, { customInspect: false })).toContain("counter_map: 1");
});

test("it can be awaited, compared, printed and turned into text", async () => {
  expect(await Promise.resolve(maps)).toBe(maps);
  expect(maps).toEqual({ counter_map: 1, events: 2, ".rodata": 3 });
  expect(`${maps}`).toBe("[object Object]");
  expect(structuredClone({ ...maps })).toEqual({ ...maps });
  expect(maps.constructor).toBe(Object);
  // biome-ignore lint/suspicious/noPrototypeBuiltins: what is tested is that it is there.
  expect(maps.hasOwnProperty("events")).toBe(true);
  expect(maps instanceof Object).toBe(true);
});

test("nothing can be added, replaced or removed", () => {
  expect(() => {
    maps.nothing = 4;
  }).toThrow(UnknownNameError);
  expect(() => {
    maps.events = 4;
  }).toThrow(TypeError);
  expect(() => delete maps.events).toThrow(TypeError);
});

test("names with a meaning in JavaScript are ordinary names", () => {
  const odd = named("program", [
    ["constructor", 1],
    ["__proto__", 2],
    ["then", 3],
    ["toString", 4],
  ]);
  expect(Object.keys(odd)).toEqual(["constructor", "__proto__", "then", "toString"]);
  expect(Object.values(odd)).toEqual([1, 2, 3, 4]);
  expect(odd.constructor).toBe(1);
});
