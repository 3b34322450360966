import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  Map as BpfMap,
  EncodeError,
  InvalidArgumentError,
  NotSupportedError,
  PerCpuMap,
} from "../../lib/index.ts";

const possible = readFileSync("/sys/devices/system/cpu/possible", "utf8").trim();
const cpus = Number(/(\d+)$/.exec(possible)?.[1]) + 1;
const each = <T>(make: (cpu: number) => T): T[] => Array.from({ length: cpus }, (_, cpu) => make(cpu));

for (const type of ["percpu-hash", "lru-percpu-hash", "percpu-array"] as const) {
  describe(type, () => {
    test("has one value for each possible CPU", () => {
      using map = BpfMap.create({ type, key: "u32", value: "u32", maxEntries: 16 });
      expect(map).toBeInstanceOf(PerCpuMap);
      expect(map.cpus).toBe(cpus);
      map.set(
        1,
        each((cpu) => cpu + 10),
      );
      expect(map.get(1)).toEqual(each((cpu) => cpu + 10));
      expect([...map.entries()].filter(([key]) => key === 1)).toEqual([[1, each((cpu) => cpu + 10)]]);
    });

    test("sums the values of all CPUs", () => {
      using map = BpfMap.create({ type, key: "u32", value: { n: "u64", pad: "u8" }, maxEntries: 2 });
      map.set(
        1,
        each((cpu) => ({ n: BigInt(cpu + 1), pad: 0 })),
      );
      const total = BigInt((cpus * (cpus + 1)) / 2);
      expect(map.sum(1, (value) => value.n)).toBe(total);
      expect(new globalThis.Map(map.sums((value) => value.n)).get(1)).toBe(total);
      expect(() => map.sum(1)).toThrow(InvalidArgumentError);
      using plain = BpfMap.create({ type, key: "u32", value: "u64", maxEntries: 2 });
      plain.set(
        0,
        each(() => 3n),
      );
      expect(plain.sum(0)).toBe(3n * BigInt(cpus));
      expect(plain.sum(7)).toBeUndefined();
    });

    test("requires one value per possible CPU", () => {
      using map = BpfMap.create({ type, key: "u32", value: "u32", maxEntries: 2 });
      expect(() => map.set(0, [])).toThrow(EncodeError);
      expect(() => map.set(0, new Array(cpus + 1).fill(1))).toThrow(EncodeError);
      expect(() => map.set(0, 1 as never)).toThrow(EncodeError);
    });

    test("reads the value of one CPU, and writes it on kernels that support it", () => {
      using map = BpfMap.create({ type, key: "u32", value: "u32", maxEntries: 2 });
      map.set(
        1,
        each((cpu) => cpu + 5),
      );
      expect(map.getCpu(1, cpus - 1)).toBe(cpus + 4);
      expect(() => map.getCpu(1, cpus)).toThrow(InvalidArgumentError);
      expect(() => map.getCpu(1, -1)).toThrow(InvalidArgumentError);
      try {
        map.updateCpu(1, 0, 77);
        expect(map.get(1)).toEqual(each((cpu) => (cpu === 0 ? 77 : cpu + 5)));
      } catch (error) {
        expect(error).toBeInstanceOf(NotSupportedError);
        expect((error as Error).message).toContain("Needs Linux 7.0");
        expect(map.get(1)).toEqual(each((cpu) => cpu + 5));
      }
      map.updateAllCpus(1, 9);
      expect(map.get(1)).toEqual(each(() => 9));
    });
  });
}
