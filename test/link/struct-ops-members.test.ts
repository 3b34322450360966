import { readFileSync } from "node:fs";
import { expect, type TestContext, test } from "vitest";
import { CollectionSpec, type HashMap, link } from "../../lib/index.ts";
import { registered, useCongestionControl } from "../support/congestion-control.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";

function chosen(): CollectionSpec {
  const spec = CollectionSpec.fromFile(testObject("struct_ops_members"));
  for (const map of Object.values(spec.maps)) {
    if (map.structOps === undefined) continue;
    Object.assign(map.members, { ssthresh: "ten", undo_cwnd: "undo", cong_avoid: "avoid", init: "count" });
  }
  return spec;
}

function hitsOf(spec: CollectionSpec, name: string, algorithm: string): unknown {
  using coll = spec.loadSync();
  using _ = link.structOps(coll.maps[name] as unknown as HashMap);
  expect(registered()).toContain(algorithm);
  useCongestionControl(algorithm);
  return coll.variables["hits"]?.value;
}

test("struct_ops: callbacks are programs chosen by name, and values are set, before loading", (context: TestContext) => {
  requiresLinux(context, "6.4", "struct_ops.link");
  const spec = chosen();
  expect(spec.maps["first"]?.members).toMatchObject({ init: "count", flags: 0, name: "ebpf_test_one" });
  expect(spec.maps["first"]?.structOps?.programs.size).toBe(0);
  expect(hitsOf(spec, "first", "ebpf_test_one")).toBe(1n);
  // The maps share programs: only one of them takes another.
  const { members } = spec.maps["first"] ?? {};
  Object.assign(members ?? {}, { init: "count_twice", flags: 1, name: "ebpf_test_new" });
  expect(hitsOf(spec, "second", "ebpf_test_two")).toBe(1n);
  expect(hitsOf(spec.copy(), "first", "ebpf_test_new")).toBe(2n);
  using coll = CollectionSpec.fromBytes<CollectionSpec>(spec.toBytes()).loadSync();
  expect(Object.keys(coll.programs).sort()).toEqual(["avoid", "count", "count_twice", "ten", "undo"]);
  {
    // TCP_CONG_NON_RESTRICTED: no privilege is needed to use it.
    using _ = link.structOps(coll.maps["first"] as unknown as HashMap);
    expect(readFileSync("/proc/sys/net/ipv4/tcp_allowed_congestion_control", "utf8")).toContain(
      "ebpf_test_new",
    );
  }
});

test("struct_ops: one program as two members is refused with the member and the program", (context) => {
  requiresLinux(context, "6.4", "struct_ops.link");
  const spec = chosen();
  Object.assign(spec.maps["first"]?.members ?? {}, { undo_cwnd: "ten" });
  expect(() => spec.loadSync()).toThrow(
    /Program "ten" is already a callback of another member or type.*another program for member "undo_cwnd" of map "first"/,
  );
});

test("struct_ops: a callback is taken away, and the program that only it used is not loaded", (context) => {
  requiresLinux(context, "6.4", "struct_ops.link");
  const spec = chosen();
  for (const name of ["first", "second"]) Object.assign(spec.maps[name]?.members ?? {}, { init: undefined });
  expect(hitsOf(spec, "first", "ebpf_test_one")).toBe(0n);
  using coll = spec.loadSync();
  expect(Object.keys(coll.programs).sort()).toEqual(["avoid", "ten", "undo"]);
});

test("struct_ops: wrong members and programs are refused when they are assigned", () => {
  const { first, [".bss"]: bss } = chosen().maps;
  const members: Record<string, unknown> = first?.members ?? {};
  const refused = (assign: () => void): unknown => {
    try {
      assign();
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : error;
    }
    return undefined;
  };
  expect(refused(() => (members["nam"] = "x"))).toBe(
    'UnknownNameError: no struct_ops member is called "nam". Nearest: "name"',
  );
  expect(refused(() => (members["init"] = "cont"))).toBe(
    'UnknownNameError: no struct_ops program is called "cont". Nearest: "count"',
  );
  expect(refused(() => (members["init"] = 1))).toMatch(/^UnknownNameError/);
  expect(refused(() => (members["flags"] = -1))).toBe(
    'EncodeError: member "flags" of map "first": expected 0 to 4294967295 (u32), received -1',
  );
  expect(refused(() => bss?.members)).toMatch(/^InvalidArgumentError: map ".bss" is not a struct_ops map/);
});
