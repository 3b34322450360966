// kernels: native
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";
import { compile, targetOf } from "../../lib/codegen/index.ts";
import { Dwarf } from "../../lib/dwarf/index.ts";
import * as ebpf from "../../lib/index.ts";
import { start } from "../lifetime/child.ts";
import { compileC } from "../support/compile-c.ts";
import { loadAlone } from "../support/link.ts";
import { exampleObject, testObject } from "../support/objects.ts";
import { compileUnstripped } from "../support/unstripped.ts";
import { pinFolder } from "../upgrade/folder.ts";

const { asm, CollectionSpec, EbpfError, link, BpfMap } = ebpf;

type ErrorClass = Exclude<
  { [Name in keyof typeof ebpf]: Name extends `${string}Error` ? Name : never }[keyof typeof ebpf],
  "EbpfError"
>;

interface Provoked {
  code: string;
  /** What the message says; it has the name of what failed. */
  says: RegExp;
  remedy?: RegExp;
  /** The name of the kernel's error, where a system call failed. */
  errno?: string;
  provoke(): unknown;
}

function hash(name: string, flags: readonly ebpf.MapFlag[] = []) {
  return BpfMap.create({ type: "hash", name, key: "u32", value: "u32", maxEntries: 4, flags });
}

/** Loads one program of an object, and hands it to a function that is expected to throw. */
function withProgram(object: string, name: string, use: (program: ebpf.Program) => unknown): unknown {
  using loaded = loadAlone(object, name);
  return use(loaded.program);
}

/** An object with one map. */
function counts(maxEntries = 4): ebpf.CollectionSpec {
  return CollectionSpec.create({
    license: "GPL",
    maps: { counts: { type: "hash", key: "u32", value: "u32", maxEntries } },
  });
}

/** A ring buffer, and a program that sends records of 32 bytes, each with the value 0x41. */
function sender() {
  const bytes = [-32, -24, -16, -8].map((offset) => asm.store("u64", asm.fp, offset, 0x41414141));
  const spec = CollectionSpec.create({
    license: "GPL",
    maps: { ring: { type: "ringbuf", maxEntries: 4096 } },
    programs: {
      send: {
        section: "socket",
        instructions: [
          ...bytes,
          asm.loadMap(asm.r1, "ring"),
          asm.mov(asm.r2, asm.fp),
          asm.add(asm.r2, -32),
          asm.mov(asm.r3, 32),
          asm.mov(asm.r4, 0),
          asm.call("ringbuf_output"),
          asm.mov(asm.r0, 0),
          asm.exit(),
        ],
      },
    },
  });
  const coll = spec.loadSync();
  return {
    ring: coll.maps["ring"] as unknown as ebpf.RingBufMap,
    send: (count = 1) => {
      for (let i = 0; i < count; i++) coll.programs["send"]?.testRunSync({ data: new Uint8Array(64) });
    },
    [Symbol.dispose]: () => coll.close(),
  };
}

function load(object: string, only?: string, map = false): void {
  const spec = CollectionSpec.fromFile(testObject(object));
  if (only !== undefined) {
    if (map) for (const each of Object.values(spec.maps)) each.autocreate = each.name === only;
    for (const program of Object.values(spec.programs)) program.autoload = program.name === only;
  }
  spec.loadSync().close();
}

/** Provoked by tests of their own below. */
const inOtherProcess = ["AddonError", "PermissionError"] as const;

/** Classes that this machine cannot provoke, with the reason. */
const unprovoked = {
  RingCorruptError: "another process has to move the reader's position while this one reads",
  PlatformError: "the addon is refused on macOS and Windows only",
};

const provoked: Record<
  Exclude<ErrorClass, (typeof inOtherProcess)[number] | keyof typeof unprovoked>,
  Provoked
> = {
  AmbiguousNameError: {
    code: "ERR_EBPF_AMBIGUOUS_NAME",
    says: /"linked" has 2 types called "event"/,
    remedy: /event_2/,
    provoke: () => {
      const parts = ["spec/same_names_1", "spec/same_names_2"].map((name) => readFileSync(testObject(name)));
      CollectionSpec.fromBytes(ebpf.linkObjects(parts), { name: "linked" }).typeCodec("event");
    },
  },
  AmbiguousSymbolError: {
    code: "ERR_EBPF_AMBIGUOUS_SYMBOL",
    says: /"on_uprobe".*"twice".*0x[0-9a-f]+.*0x[0-9a-f]+/,
    remedy: /offset of one of them/,
    provoke: () => {
      const own = "static int twice(int x) { return 2 * x; }\n";
      using binary = compileC(
        `${own} int other(int x) { return twice(x); }`,
        `${own} int other(int x); int main(void) { return twice(other(1)); }`,
      );
      const options = { binary: binary.path, symbol: "twice" };
      return withProgram("link_user", "on_uprobe", (program) => link.uprobe(program, options));
    },
  },
  AsmError: {
    code: "ERR_EBPF_ASM",
    says: /program "lost": .* goto nowhere` refers to a name/,
    provoke: () =>
      CollectionSpec.create({
        license: "GPL",
        programs: { lost: { section: "xdp", instructions: [asm.jeq(asm.r1, 0, "nowhere"), asm.exit()] } },
      }),
  },
  AttachError: {
    code: "ERR_EBPF_ATTACH",
    says: /"on_xdp".*lo/,
    errno: "EBUSY",
    remedy: /Link\.update replaces the program/,
    provoke: () =>
      withProgram("link_net", "on_xdp", (program) => {
        using _ = link.xdp(program, { interface: "lo", mode: "generic", via: "netlink" });
        link.xdp(program, { interface: "lo", mode: "generic", via: "netlink" });
      }),
  },
  AttachTargetError: {
    code: "ERR_EBPF_ATTACH_TARGET",
    says: /"on_xdp"/,
    remedy: /program\.attach\(\{ interface \}\)/,
    provoke: () => withProgram("link_net", "on_xdp", (program) => program.attach()),
  },
  BtfError: {
    code: "ERR_EBPF_BTF",
    says: /BTF/,
    provoke: () => ebpf.Btf.parse(new Uint8Array(100)),
  },
  CloseError: {
    code: "ERR_EBPF_CLOSE",
    says: /links of collection "link_net":\n {2}cannot close link of program "on_tc", which stays attached: EPERM/,
    remedy: /close\(\) again/,
    provoke: () => {
      using loaded = loadAlone("link_net", "on_tc");
      loaded.coll.attach({ on_tc: { interface: "lo", direction: "ingress" } });
      process.seteuid?.(65534);
      try {
        loaded.coll.close();
      } finally {
        process.seteuid?.(0);
      }
    },
  },
  ClosedError: {
    code: "ERR_EBPF_CLOSED",
    says: /"shut"/,
    provoke: () => {
      const map = hash("shut");
      map.close();
      map.get(1);
    },
  },
  CompileError: {
    code: "ERR_EBPF_COMPILE",
    says: /cannot run \/no\/such\/clang/,
    provoke: () => {
      const target = targetOf(process.arch === "arm64" ? "arm64" : "x86");
      if (target === undefined) throw new Error("no target");
      compile(join(import.meta.dirname, "../bpf/short.bpf.c"), { cc: "/no/such/clang", target, cflags: [] });
    },
  },
  DwarfError: {
    code: "ERR_EBPF_DWARF",
    says: /split/,
    remedy: /-gsplit-dwarf/,
    provoke: () => Dwarf.of(compileUnstripped("dwarf/locals.c", "-gdwarf-5", "-gsplit-dwarf").elf),
  },
  ElfError: {
    code: "ERR_EBPF_ELF",
    says: /provoked\.test\.ts.*not an ELF file/,
    provoke: () => CollectionSpec.fromFile(import.meta.filename),
  },
  EncodeError: {
    code: "ERR_EBPF_ENCODE",
    says: /key of map "narrow".*u32.*received -1/,
    provoke: () => {
      using map = hash("narrow");
      map.set(-1, 1);
    },
  },
  InterruptedError: {
    code: "ERR_EBPF_INTERRUPTED",
    says: /1 ms|timeout|time/,
    provoke: async () => {
      const signal = ebpf.untilInterrupted({ timeout: 1 });
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      signal.throwIfAborted();
    },
  },
  InvalidArgumentError: {
    code: "ERR_EBPF_INVALID_ARGUMENT",
    says: /maxEntries.*received -1/,
    provoke: () => BpfMap.create({ type: "array", value: "u32", maxEntries: -1 }),
  },
  KeyExistError: {
    code: "ERR_EBPF_KEY_EXIST",
    says: /"taken"/,
    errno: "EEXIST",
    provoke: () => {
      using map = hash("taken");
      map.set(1, 1);
      map.update(1, 2, { mode: "noexist" });
    },
  },
  KeyNotExistError: {
    code: "ERR_EBPF_KEY_NOT_EXIST",
    says: /"empty"/,
    errno: "ENOENT",
    provoke: () => {
      using map = hash("empty");
      map.lookup(1);
    },
  },
  LinkError: {
    code: "ERR_EBPF_LINK",
    says: /"on_xdp" with "on_tc"/,
    errno: "EINVAL",
    remedy: /"on_tc" has type "sched-cls"/,
    provoke: () =>
      withProgram("link_net", "on_xdp", (program) =>
        withProgram("link_net", "on_tc", (other) => {
          using attached = link.xdp(program, { interface: "lo" });
          attached.update(other);
        }),
      ),
  },
  LinkObjectsError: {
    code: "ERR_EBPF_LINK_OBJECTS",
    says: /cannot link 1 object: objects\[0\]: not an ELF file/,
    errno: "EINVAL",
    provoke: () => ebpf.linkObjects([new Uint8Array(100)]),
  },
  LoadError: {
    code: "ERR_EBPF_LOAD",
    says: /"no_entries"/,
    errno: "EINVAL",
    remedy: /maxEntries: expected 1 or more, received 0/,
    provoke: () => load("load/refusals", "no_entries", true),
  },
  MapAccessError: {
    code: "ERR_EBPF_MAP_ACCESS",
    says: /"ice"/,
    errno: "EPERM",
    provoke: () => {
      using map = hash("ice");
      map.freeze();
      map.set(1, 1);
    },
  },
  MapBatchError: {
    code: "ERR_EBPF_MAP_BATCH",
    says: /stopped after 2: map "half"/,
    errno: "EEXIST",
    provoke: () => {
      using map = hash("half");
      map.set(3, 3);
      map.batch.update(
        [
          [1, 1],
          [2, 2],
          [3, 3],
        ],
        { mode: "noexist" },
      );
    },
  },
  MapChangedError: {
    code: "ERR_EBPF_MAP_CHANGED",
    says: /"restless"/,
    provoke: () => {
      // The kernel reads a devmap-hash key by key, and begins again when the key is gone.
      const options = { type: "devmap-hash", name: "restless", key: "u32", maxEntries: 200 } as const;
      using map = BpfMap.create(options);
      for (let key = 0; key < 200; key++) map.set(key, "lo");
      for (const key of map.keys()) {
        map.delete(key);
        map.set(key + 1000, "lo");
      }
    },
  },
  MapFullError: {
    code: "ERR_EBPF_MAP_FULL",
    says: /"full" is full: it holds 4 entries/,
    errno: "E2BIG",
    remedy: /spec\.maps\["full"\]\.maxEntries/,
    provoke: () => {
      using map = hash("full");
      for (let key = 0; key < 5; key++) map.set(key, key);
    },
  },
  MapIncompatibleError: {
    code: "ERR_EBPF_MAP_INCOMPATIBLE",
    says: /"other".*u64|"other"/,
    provoke: () => {
      using map = hash("other");
      BpfMap.fromId(map.info().id, { value: "u64" }).close();
    },
  },
  NoBtfError: {
    code: "ERR_EBPF_NO_BTF",
    says: /cannot find type "event": object "no_btf" has no BTF/,
    remedy: /clang -g/,
    provoke: () => CollectionSpec.fromFile(testObject("spec/no_btf")).typeCodec("event"),
  },
  NoInterfaceError: {
    code: "ERR_EBPF_NO_INTERFACE",
    says: /"no-such-device"/,
    remedy: /lo/,
    provoke: () =>
      withProgram("link_net", "on_xdp", (program) => link.xdp(program, { interface: "no-such-device" })),
  },
  NoSymbolError: {
    code: "ERR_EBPF_NO_SYMBOL",
    says: /"on_tp".*sys_enter_kil" \(nearest: "syscalls\/sys_enter_kill"/,
    remedy: /available_events/,
    provoke: () =>
      withProgram("link_trace", "on_tp", (program) =>
        link.tracepoint(program, { group: "syscalls", name: "sys_enter_kil" }),
      ),
  },
  NotBpfError: {
    code: "ERR_EBPF_NOT_BPF",
    says: /node.*not for BPF/,
    remedy: /clang -target bpf/,
    provoke: () => CollectionSpec.fromFile(process.execPath),
  },
  NotExistError: {
    code: "ERR_EBPF_NOT_EXIST",
    says: /no map has ID 4000000000/,
    errno: "ENOENT",
    provoke: () => BpfMap.fromId(4_000_000_000),
  },
  NotSupportedError: {
    code: "ERR_EBPF_NOT_SUPPORTED",
    says: /"struct_ops_unknown"/,
    errno: "ESRCH",
    remedy: /"sched_ext_of_tomorrow_ops".*newer kernel/,
    provoke: () => load("load/struct_ops_unknown"),
  },
  ObjectFileError: {
    code: "ERR_EBPF_OBJECT_FILE",
    says: /\/no\/such\/file\.bpf\.o/,
    errno: "ENOENT",
    provoke: () => CollectionSpec.fromFile("/no/such/file.bpf.o"),
  },
  ObjectFormatError: {
    code: "ERR_EBPF_OBJECT_FORMAT",
    says: /"f" is static/,
    provoke: () => {
      const source = '__attribute__((section("xdp"), used)) static int f(void *context) { return 0; }';
      const flags = ["-target", "bpf", "-g", "-O2", "-c", "-x", "c", "-", "-o", "-"];
      CollectionSpec.fromBytes(execFileSync("clang-19", flags, { input: source }), { name: "odd" });
    },
  },
  PinError: {
    code: "ERR_EBPF_PIN",
    says: /"loose".*\/tmp/,
    errno: "EPERM",
    remedy: /bpffs|\/sys\/fs\/bpf/,
    provoke: () => {
      using map = hash("loose");
      map.pin(join(tmpdir(), `ebpf-no-bpffs-${process.pid}`));
    },
  },
  ProgramTypeError: {
    code: "ERR_EBPF_PROGRAM_TYPE",
    says: /"on_perf_event" has type "perf-event"; tracepoint expects "tracepoint"/,
    remedy: /SEC\("perf_event"\)/,
    provoke: () =>
      withProgram("link_user", "on_perf_event", (program) =>
        link.tracepoint(program, { group: "syscalls", name: "sys_enter_kill" }),
      ),
  },
  RecordError: {
    code: "ERR_EBPF_RECORD",
    says: /"ring" has 32 bytes, .*wide has 40/,
    provoke: () => {
      using sending = sender();
      using ring = new ebpf.RingBuf(sending.ring, {
        type: ebpf.struct({ a: "u64", b: "u64", c: "u64", d: "u64", e: "u64" }, "wide"),
      });
      sending.send();
      ring.consume();
    },
  },
  RingFullError: {
    code: "ERR_EBPF_RING_FULL",
    says: /"orders" is full: \d+ bytes are free/,
    errno: "ENOSPC",
    remedy: /send\(\)/,
    provoke: () => {
      using map = BpfMap.create({ type: "user-ringbuf", name: "orders", maxEntries: 4096 });
      using ring = new ebpf.UserRingBuf(map);
      for (let i = 0; i < 1000; i++) ring.write(new Uint8Array(64));
    },
  },
  SystemError: {
    code: "ERR_EBPF_SYSTEM",
    says: /"on_xdp"/,
    errno: "EINVAL",
    remedy: /14 bytes/,
    provoke: () =>
      withProgram("link_net", "on_xdp", (program) => program.testRunSync({ data: new Uint8Array(5) })),
  },
  UnknownNameError: {
    code: "ERR_EBPF_UNKNOWN_NAME",
    says: /no map is called "counter_mpa"/,
    remedy: /"counter_map"/,
    provoke: () => CollectionSpec.fromFile(exampleObject("counter")).maps["counter_mpa"],
  },
  UpgradeError: {
    code: "ERR_EBPF_UPGRADE",
    says: /the health check of version 2 failed/,
    provoke: async () => {
      using pins = pinFolder("provoked");
      using _ = await ebpf.upgrade(counts(), pins.path);
      await ebpf.upgrade(counts(5), pins.path, { check: () => false });
    },
  },
  UpgradeLockedError: {
    code: "ERR_EBPF_UPGRADE_LOCKED",
    says: new RegExp(`process ${process.pid} is upgrading ".*test_upgrade_locked`),
    remedy: /Try again when it has finished/,
    provoke: async () => {
      using pins = pinFolder("locked");
      using _ = await ebpf.upgrade(counts(), pins.path);
      let inner: unknown;
      const check = async () => {
        inner = await ebpf.upgrade(counts(), pins.path).catch((error: unknown) => error);
        return true;
      };
      using __ = await ebpf.upgrade(counts(5), pins.path, { check });
      throw inner;
    },
  },
  VerifierError: {
    code: "ERR_EBPF_VERIFIER",
    says: /"no_null_check"/,
    errno: "EACCES",
    remedy: /if \(!found\) return/,
    provoke: () => load("verifier/refusals", "no_null_check"),
  },
};

/** Raw messages of the engine, of libuv and of libbpf, which must not reach a user. */
const raw = /^(Error|E[A-Z0-9]+)\b|\berrno -?\d|\(-\d+\)|\bundefined\b|\[object|\bNaN\b/;

async function errorOf({ provoke }: Provoked): Promise<InstanceType<typeof EbpfError>> {
  try {
    const result = await provoke();
    if (typeof result === "object" && result !== null && "close" in result) (result.close as () => void)();
  } catch (error) {
    if (error instanceof EbpfError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("each exported error class is provoked, or has a reason why it is not", () => {
  const exported = Object.entries(ebpf)
    .filter(([, value]) => typeof value === "function" && value.prototype instanceof EbpfError)
    .map(([name]) => name);
  const covered = [...Object.keys(provoked), ...inOtherProcess, ...Object.keys(unprovoked)];
  expect(covered.sort()).toEqual(exported.sort());
});

const codes = readFileSync(join(import.meta.dirname, "../../docs/error-codes.md"), "utf8");

for (const [name, expected] of Object.entries(provoked)) {
  test(`${name} names what failed, why, and what to do`, async () => {
    const error = await errorOf(expected);
    expect(error.constructor.name, error.message).toBe(name);
    expect(error.code).toBe(expected.code);
    expect(codes).toContain(`\n## ${error.code}\n`);
    expect(error.message).toMatch(expected.says);
    expect(error.message).not.toMatch(raw);
    expect(error.errnoName).toBe(expected.errno);
    if (error.errno !== undefined) expect(error.operation).toMatch(/^[a-z ]+$/);
    if (expected.remedy === undefined) expect(error.remedy).toBeUndefined();
    else expect(error.remedy).toMatch(expected.remedy);
    // A remedy is part of the message, so that a printed error has it.
    if (error.remedy !== undefined) expect(error.message).toContain(error.remedy);
  });
}

test("PermissionError names the operation and the missing capability", async () => {
  const before = ["setpriv", "--bounding-set", "-all,+bpf,+dac_override,+dac_read_search"];
  const { said, stderr } = await start("only-cap-bpf", ["swap_first_two"], { before }).ended;
  expect(said, stderr).toEqual({
    code: "ERR_EBPF_PERMISSION",
    remedy: expect.stringContaining("CAP_NET_ADMIN is missing"),
  });
}, 60_000);

test("AddonError names the files that were tried", () => {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-no-addon-"));
  try {
    const outfile = join(folder, "bundle.mjs");
    buildSync({
      stdin: {
        contents: `import { Map } from "./lib/index.ts";
          try { Map.create({ type: "array", value: "u32", maxEntries: 1 }); }
          catch ({ name, code, message, files }) { console.log(JSON.stringify({ name, code, message, files })); }`,
        resolveDir: join(import.meta.dirname, "../.."),
      },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      keepNames: true,
    });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { cwd: folder, encoding: "utf8" });
    expect(stdout, stderr).not.toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      name: "AddonError",
      code: "ERR_EBPF_ADDON",
      message: expect.stringContaining(folder),
      files: expect.arrayContaining([expect.stringContaining(folder)]),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
