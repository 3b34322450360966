import { mkdirSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { CollectionSpec, link, type Pin, pins } from "../../lib/index.ts";
import { exampleObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";

const root = `/sys/fs/bpf/ebpf-pins-${process.pid}`;

test("pins() yields each pin with its kind, and leaves no descriptor open", (context) => {
  requiresLinux(context, "5.15", "bpf_link of tracepoints");
  using coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  const [map, program] = [coll.map("counter_map"), coll.program("trace_execve")];
  using attached = link.tracepoint(program, { group: "syscalls", name: "sys_enter_execve" });
  mkdirSync(`${root}/empty`, { recursive: true });
  try {
    map.pin(`${root}/maps/counts`);
    program.pin(`${root}/program`);
    attached.pin(`${root}/link`);
    expect([...pins(root)]).toEqual([
      { kind: "link", path: `${root}/link`, id: attached.id, type: "perf-event" },
      { kind: "map", path: `${root}/maps/counts`, id: map.id, name: "counter_map", type: "array" },
      {
        kind: "program",
        path: `${root}/program`,
        id: program.info().id,
        name: "trace_execve",
        type: "tracepoint",
      },
    ] satisfies Pin[]);
  } finally {
    attached.unpin();
    rmSync(root, { recursive: true, force: true });
  }
});

test("a missing folder is a PinError", () => {
  expect(() => [...pins("/sys/fs/bpf/no-such-folder")]).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_PIN", path: "/sys/fs/bpf/no-such-folder" }),
  );
});
