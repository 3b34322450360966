import { expect, test } from "vitest";
import { NoSymbolError } from "../../lib/errors/index.ts";
import { nearestNames } from "../../lib/errors/nearest-names.ts";
import { functionsNamed } from "../../lib/kernel/functions.ts";
import { KernelSymbols } from "../../lib/kernel/symbols.ts";

const text = [
  "ffffffff81000000 T _text",
  "ffffffff81000100 t s_next",
  "ffffffff81000200 t s_next",
  "ffffffff81000200 t s_next",
  "ffffffff810001f0 t __pfx_s_next",
  "ffffffff82000000 D jiffies",
  "ffffffffc0000010 t s_next\t[ext4]",
  "ffffffffc0000020 t bpf_prog_1234_on_probe\t[bpf]",
].join("\n");

test("functions of one name are found, each address once, and those of a module by module:name", () => {
  const symbols = new KernelSymbols(text);
  expect(symbols.functions("s_next").map(({ address }) => address)).toEqual([
    0xffffffff81000100n,
    0xffffffff81000200n,
    0xffffffffc0000010n,
  ]);
  expect(symbols.functions("ext4:s_next")).toEqual([
    { name: "s_next", module: "ext4", address: 0xffffffffc0000010n },
  ]);
  expect(symbols.functions("xfs:s_next")).toEqual([]);
  expect(symbols.functions("jiffies")).toEqual([]);
  expect([...symbols.functionNames()]).toEqual(["_text", "s_next"]);
});

test("malformed lines are skipped", () => {
  const symbols = new KernelSymbols(`no address\n0x12 t a\n fff t b\nffffffff8m000000 t c\n${text}\n\0`);
  expect(symbols.find(0xffffffff81000004n)).toMatchObject({ name: "_text", offset: 4 });
  expect(symbols.functions("c")).toEqual([{ name: "c", address: 0n, module: undefined }]);
});

test("functions of this kernel are found by name and by address", () => {
  const [found, ...others] = functionsNamed("bpf_prog_load");
  expect(others).toEqual([]);
  expect(KernelSymbols.ofThisKernel().find(found?.address ?? 0n)).toMatchObject({
    name: "bpf_prog_load",
    offset: 0,
  });
});

test("names that share only a syllable, and duplicates, are not similar", () => {
  const known = ["up", "mutex_lock", "mutex_lock_interruptible", "mutex_lock_interruptible", "sys"];
  expect(nearestNames("mutex_lock_interruptible_nested", known)).toEqual(["mutex_lock_interruptible"]);
  expect(nearestNames("s", ["system", "t"])).toEqual(["t"]);
});

test("the nearest names are those with the smallest edit distance", () => {
  const letters = "abc_";
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor(seed / 65536) % below;
  };
  const word = () => Array.from({ length: 4 + random(12) }, () => letters[random(4)]).join("");
  for (let i = 0; i < 200; i++) {
    const wanted = word();
    const known = Array.from({ length: 30 }, word);
    const [best] = nearestNames(wanted, known);
    if (best === undefined) continue;
    const score = (name: string) =>
      isPart(wanted, name) ? Math.abs(name.length - wanted.length) / 8 : editDistance(wanted, name);
    expect(score(best)).toBe(Math.min(...known.map(score)));
  }
});

function isPart(a: string, b: string): boolean {
  return a.length <= b.length ? b.includes(a) : a.includes(b) && b.length * 2 >= a.length;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j - 1] ?? 0) + same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

test("an error searches for similar names once, when it is read", () => {
  let asked = 0;
  const make = () =>
    new NoSymbolError('no such function, "x"', {
      program: "prog",
      symbol: "x",
      nearest: () => {
        asked++;
        return ["y"];
      },
      errno: 2,
      remedy: "See /proc/kallsyms",
    });
  const error = make();
  expect(error).toMatchObject({ code: "ERR_EBPF_NO_SYMBOL", errno: 2, symbol: "x" });
  expect(error.stack).toMatch(
    /^NoSymbolError: cannot attach program "prog": no such function, "x" \(nearest: "y"\). See .*\n {4}at /,
  );
  expect(error.message).toContain('(nearest: "y")');
  expect(error.nearest).toEqual(["y"]);
  expect(asked).toBe(1);
  make();
  expect(asked).toBe(1);
});
