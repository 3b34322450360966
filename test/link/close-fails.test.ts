// A call to the kernel removes an attachment that has no bpf_link. Here that call fails.
import { execFileSync, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CloseError, CollectionSpec, type Link, LinkError, link, PermissionError } from "../../lib/index.ts";
import { registered } from "../support/congestion-control.ts";
import { type Loaded, loadAlone } from "../support/link.ts";
import { testObject } from "../support/objects.ts";
import { kernelHas, requiresOlder } from "../support/requires.ts";
import { scriptArguments } from "../support/script.ts";

const tracefs = "/sys/kernel/tracing";
const device = `close${process.pid}`;
const ip = (...args: string[]) => execFileSync("ip", args, { stdio: "pipe" });
const addDevice = () => ip("link", "add", device, "type", "veth", "peer", "name", `${device}p`);
const removeDevice = () => ip("link", "delete", device);
beforeAll(addDevice);
afterAll(removeDevice);

interface Kind {
  object: string;
  program: string;
  attach(loaded: Loaded): Link;
  /** What the attachment is called where it can be seen. Empty when nothing is attached. */
  seen(): string[];
}

const filters = () => [
  ...link
    .query({ hook: "tc-ingress", interface: device })
    .programs.map(({ programId }) => `filter ${programId}`),
  ...execFileSync("tc", ["qdisc", "show", "dev", device], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("clsact")),
];
const probes = (kind: string) => () =>
  readFileSync(`${tracefs}/${kind}_events`, "utf8").match(
    new RegExp(`\\w+/libbpf_${process.pid}_\\w+`, "g"),
  ) ?? [];

const netlink: Record<string, Kind> = {
  "a tc filter": {
    object: "link_net",
    program: "on_tc",
    attach: ({ program }) => link.tc(program as never, { interface: device, direction: "ingress" }),
    seen: filters,
  },
  "XDP over netlink": {
    object: "link_net",
    program: "on_xdp",
    attach: ({ program }) =>
      link.xdp(program as never, { interface: device, mode: "generic", via: "netlink" }),
    seen: () =>
      link.query({ hook: "xdp", interface: device }).programs.map(({ programId }) => `${programId}`),
  },
};
const inTracefs: Record<string, Kind> = {
  "a uprobe in tracefs": {
    object: "link_user",
    program: "on_uprobe",
    attach: ({ program }) =>
      link.uprobe(program as never, { binary: "libc.so.6", symbol: "getpgid", mode: "legacy" }),
    seen: probes("uprobe"),
  },
  ...(kernelHas("CONFIG_KPROBE_EVENTS") && {
    "a kprobe in tracefs": {
      object: "link_trace",
      program: "on_kprobe",
      attach: ({ program }: Loaded) =>
        link.kprobe(program as never, { symbol: "security_task_kill", mode: "legacy" }),
      seen: probes("kprobe"),
    },
  }),
};

/** Calls `run` without the capabilities of root. */
function unprivileged<T>(run: () => T): T {
  process.seteuid?.(65534);
  try {
    return run();
  } finally {
    process.seteuid?.(0);
  }
}

/** Calls `run` while the process has no descriptor left. */
function withoutDescriptors<T>(run: () => T): T {
  const limits = (nofile: string) =>
    execFileSync("prlimit", ["--pid", `${process.pid}`, `--nofile=${nofile}`]);
  const soft = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  limits("512:");
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync("/dev/null", "r"));
  } catch {}
  try {
    return run();
  } finally {
    for (const fd of taken) closeSync(fd);
    limits(`${soft}:`);
  }
}

function errorOf(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

for (const [name, { object, program, attach, seen }] of Object.entries({ ...netlink, ...inTracefs })) {
  test(`close of ${name} without privileges throws, and a second close removes it`, () => {
    using loaded = loadAlone(object, program);
    const attached = attach(loaded);
    const before = seen();
    expect(before).not.toEqual([]);
    const error = unprivileged(() => errorOf(() => attached.close()));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({ operation: "close", remedy: expect.stringMatching(/./) });
    expect(attached.closed).toBe(false);
    expect(seen()).toEqual(before);
    attached.close();
    expect(attached.closed).toBe(true);
    expect(seen()).toEqual([]);
    attached.close();
  });

  test(`close of ${name} without a free descriptor removes it, or throws and removes it later`, () => {
    using loaded = loadAlone(object, program);
    const attached = attach(loaded);
    const error = withoutDescriptors(() => errorOf(() => attached.close()));
    if (error !== undefined) {
      expect(error).toBeInstanceOf(LinkError);
      expect(error).toMatchObject({ errnoName: "EMFILE", operation: "close" });
      expect(seen()).not.toEqual([]);
      attached.close();
    }
    expect(attached.closed).toBe(true);
    expect(seen()).toEqual([]);
  });
}

for (const [name, { object, program, attach, seen }] of Object.entries(inTracefs)) {
  test(`close of ${name} that another process has enabled throws, and a later close removes it`, () => {
    using loaded = loadAlone(object, program);
    const attached = attach(loaded);
    const [event = ""] = seen();
    // Nobody else can enable it while the program is attached.
    expect(unprivileged(() => errorOf(() => attached.close()))).toBeInstanceOf(PermissionError);
    const enable = path.join(tracefs, "events", event, "enable");
    writeFileSync(enable, "1");
    const error = errorOf(() => attached.close());
    writeFileSync(enable, "0");
    expect(error).toBeInstanceOf(LinkError);
    expect(error).toMatchObject({ errnoName: "EBUSY", message: expect.stringContaining("close() again") });
    expect(seen()).toEqual([event]);
    attached.close();
    expect(seen()).toEqual([]);
  });
}

for (const [name, { object, program, attach }] of Object.entries(netlink)) {
  test(`close of ${name} succeeds when its interface is gone`, () => {
    using loaded = loadAlone(object, program);
    const attached = attach(loaded);
    removeDevice();
    addDevice();
    attached.close();
    expect(attached.closed).toBe(true);
  });
}

test("close of a socket filter that is locked throws, and a close after the socket is closed succeeds", async () => {
  using loaded = loadAlone("link_net", "on_socket");
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const attached = link.socketFilter(loaded.program as never, { socket });
  // SO_LOCK_FILTER, which Node cannot set. It cannot be undone.
  const lock = "import socket; socket.socket(fileno=3).setsockopt(socket.SOL_SOCKET, 44, 1)";
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  execFileSync("python3", ["-c", lock], { stdio: ["ignore", "pipe", "inherit", fd] });
  const error = errorOf(() => attached.close());
  expect(error).toBeInstanceOf(PermissionError);
  expect(error).toMatchObject({ operation: "close", remedy: expect.stringContaining("SO_LOCK_FILTER") });
  expect(attached.closed).toBe(false);
  socket.close();
  await once(socket, "close");
  attached.close();
  expect(attached.closed).toBe(true);
});

// From Linux 5.19 on, a process without privileges may do both.
test("close of struct_ops and of a sockmap program without privileges throws, and a second close removes it", (context) => {
  requiresOlder(context, "5.19", "closing them without privileges");
  using functions = loadAlone("link_struct_ops", "init", (spec) => {
    for (const program of Object.values(spec.programs)) program.autoload = true;
    for (const map of Object.values(spec.maps))
      if (map.type === "struct-ops") map.autocreate = map.name === "without_link";
  });
  using sockets = loadAlone("link_sockmap", "on_stream_verdict");
  const { coll } = sockets;
  for (const attached of [
    link.structOps(functions.coll.maps["without_link"] as never),
    sockets.program.attach({ map: coll.maps["sockets"] as never }),
  ]) {
    expect(unprivileged(() => errorOf(() => attached.close()))).toBeInstanceOf(PermissionError);
    expect(attached.closed).toBe(false);
    attached.close();
    expect(attached.closed).toBe(true);
  }
  expect(registered()).not.toContain("ebpf_test_map");
});

test("close of a collection closes everything else, then throws one error that contains the errors of its links", () => {
  const spec = CollectionSpec.fromFile(testObject("link_net"));
  const wanted = ["on_tc", "on_xdp"];
  for (const program of Object.values(spec.programs)) program.autoload = wanted.includes(program.name);
  const coll = spec.loadSync();
  const { programs } = coll;
  const options = {
    on_tc: { interface: device, direction: "ingress" },
    on_xdp: { interface: device, mode: "generic", via: "netlink" },
  };
  const links = coll.attach(options) as Record<string, Link>;
  const error = unprivileged(() => errorOf(() => coll.close()));
  expect(error).toBeInstanceOf(CloseError);
  expect(error).toMatchObject({ code: "ERR_EBPF_CLOSE", operation: "close" });
  expect(Object.keys((error as CloseError).errors).sort()).toEqual(Object.keys(links).sort());
  expect(coll.closed && programs["on_tc"]?.closed).toBe(true);
  expect(Object.values(links).map(({ closed }) => closed)).not.toContain(true);
  coll.close();
  expect(Object.values(links).map(({ closed }) => closed)).not.toContain(false);
  expect(filters()).toEqual([]);
});

test("the end of a process says which program stays attached", () => {
  const script = scriptArguments(path.join(import.meta.dirname, "children/exits-unprivileged.ts"));
  const { status, stderr } = spawnSync(process.execPath, [...script, device], { encoding: "utf8" });
  expect(stderr).toMatch(/EbpfWarning: cannot close link of program "on_tc", which stays attached/);
  expect(status).toBe(7);
  execFileSync("tc", ["qdisc", "delete", "dev", device, "clsact"]);
});
