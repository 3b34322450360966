import { describe, expect, test } from "vitest";
import {
  arrayOf,
  type Check,
  checkBoolean,
  checkBytes,
  checkCookie,
  checkCpu,
  checkFileDescriptor,
  checkFunction,
  checkI32,
  checkName,
  checkPath,
  checkPid,
  checkSignal,
  checkU32,
  checkU64,
  choiceOf,
  instanceOf,
  integerIn,
  nameUpTo,
  optional,
  optionsOf,
  wordOf,
} from "../../lib/arguments/index.ts";
import { InvalidArgumentError } from "../../lib/errors/index.ts";

const u64 = 1n << 64n;
const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const view = new DataView(new ArrayBuffer(8));
structuredClone(view.buffer, { transfer: [view.buffer] });

// Values that no check of the table takes, unless it is in its list of good ones.
const hostile: unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  0,
  1,
  0.5,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 31),
  -(2 ** 31) - 1,
  -1n,
  0n,
  5n,
  u64 - 1n,
  u64,
  "",
  "1",
  "a",
  "a\0b",
  "\ud800",
  "x".repeat(5000),
  true,
  {},
  [],
  [1],
  new Uint8Array(3),
  view,
  () => 1,
  Symbol("s"),
  new Date(),
  Object(1),
  Object("a"),
];

const table: [string, Check<unknown>, good: unknown[]][] = [
  ["u32", checkU32, [0, 1, 2 ** 31]],
  ["i32", checkI32, [-1, 0, 1, -(2 ** 31)]],
  ["u64", checkU64, [0, 1, 2 ** 31, 2 ** 32, 0n, 5n, u64 - 1n]],
  ["cookie", checkCookie, [0, 1, 2 ** 31, 2 ** 32, 0n, 5n, u64 - 1n]],
  ["integer in a range", integerIn(1, 9), [1]],
  ["process ID", checkPid, [1]],
  ["file descriptor", checkFileDescriptor, [0, 1]],
  ["CPU", checkCpu, [0, 1]],
  ["path", checkPath, ["1", "a"]],
  ["name", checkName, ["1", "a"]],
  ["word", wordOf(["a", "b"]), ["a"]],
  ["choice", choiceOf({ a: 1, b: 2 }), ["a"]],
  ["boolean", checkBoolean, [true]],
  ["signal", checkSignal, []],
  ["instance", instanceOf(URL, "a URL"), []],
];

describe.each(table)("%s", (_, check, good) => {
  test("accepts valid values and rejects others with one grammar", () => {
    for (const value of hostile) {
      if (good.includes(value)) {
        expect(() => check(value, "it"), String(value)).not.toThrow();
        continue;
      }
      let error: unknown;
      try {
        check(value, "size of it");
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect((error as Error).message).toMatch(/^size of it: expected .+, received .+/);
      expect((error as Error).message.length).toBeLessThan(300);
      expect((error as Error).message).not.toContain("\0");
    }
  });
});

test("describing a value in a message runs none of its code", () => {
  const proxy = new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error("ran");
      },
    },
  );
  expect(() => checkU32(proxy, "it")).toThrow(
    "it: expected an integer from 0 to 4294967295 (u32), received an object",
  );
});

test("a u64 check converts an exact number to a bigint", () => {
  expect(checkU64(7, "it")).toBe(7n);
  expect(() => checkU64(2 ** 53, "it")).toThrow(/received 9007199254740992.*pass a bigint/);
});

test("bytes of any view are accepted, those of a detached buffer are rejected", () => {
  expect(checkBytes(new Uint16Array([1, 2]), "it")).toEqual(new Uint8Array([1, 0, 2, 0]));
  expect(() => checkBytes(view, "it")).toThrow(InvalidArgumentError);
  expect(() => checkBytes([1], "it")).toThrow(
    "it: expected bytes (a typed array or DataView), received an array",
  );
});

test("a detached typed array counts as 0 bytes", () => {
  expect(() => checkBytes(detached, "it")).toThrow(InvalidArgumentError);
});

test("the length of a name is measured in UTF-8 bytes", () => {
  expect(nameUpTo(4)("é€"[0] as string, "it")).toBe("é");
  expect(() => nameUpTo(4)("é€", "it")).toThrow("it: expected a name of at most 4 bytes");
});

test("an unknown word or option is rejected with the nearest known one", () => {
  expect(() => wordOf(["native", "generic"])("natve", "XDP mode")).toThrow(
    'XDP mode: expected native or generic, received "natve". Did you mean "native"?',
  );
  const check = optionsOf<{ pid?: number; mode: string }>({ pid: optional(checkPid), mode: wordOf(["a"]) });
  expect(check({ mode: "a", pid: 3 }, "link.x")).toEqual({ mode: "a", pid: 3 });
  expect(check({ mode: "a", pid: undefined }, "link.x")).toEqual({ mode: "a" });
  expect(() => check({ mode: "a", pdi: 3 }, "link.x")).toThrow(
    'option of link.x: expected pid or mode, received "pdi". Did you mean "pid"?',
  );
  expect(() => check({}, "link.x")).toThrow("mode of link.x: expected a, received undefined");
  expect(() => check({ mode: "a", pid: Number.NaN }, "link.x")).toThrow(
    /^pid of link.x: expected an integer.*NaN$/,
  );
  expect(() => check(null, "link.x")).toThrow("options of link.x: expected an object, received null");
});

test("an option is read once", () => {
  let reads = 0;
  const options = {
    get pid() {
      return ++reads;
    },
  };
  expect(optionsOf<{ pid: number }>({ pid: checkPid })(options, "it")).toEqual({ pid: 1 });
  expect(reads).toBe(1);
});

test("a message names the index of an array element", () => {
  expect(() => arrayOf(checkU64)([1, -1], "offsets of link.x")).toThrow(/^offsets\[1\] of link.x: expected/);
  expect(() => checkFunction(1, "handler")).toThrow("handler: expected a function, received 1");
});
