import { constants } from "node:os";
import { expect, test } from "vitest";
import { start } from "../lifetime/child.ts";

const patience = 240_000;

test(
  "without privileges, each call names the one that it lacks",
  async () => {
    const { said, stderr } = await start("without-privilege", ["nobody"]).ended;
    expect(said, stderr).toBeDefined();
    const denied = { code: "ERR_EBPF_PERMISSION", errnoName: expect.stringMatching(/^E(PERM|ACCES)$/) };
    const missing = (...names: string[]) =>
      expect.stringContaining(`${names.join(", ").replace(/, ([^,]*)$/, " and $1")}`);
    expect(said).toMatchObject({
      load: { ...denied, remedy: missing("CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN") },
      loadSync: { ...denied, remedy: missing("CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN") },
      fromId: { ...denied, remedy: missing("CAP_SYS_ADMIN") },
      ids: { ...denied, remedy: missing("CAP_SYS_ADMIN") },
      enableStats: { ...denied, remedy: missing("CAP_SYS_ADMIN") },
      features: { ...denied, remedy: missing("CAP_BPF") },
      translated: { ...denied, remedy: missing("CAP_BPF") },
      jited: { ...denied, remedy: missing("CAP_BPF") },
      // Without access to tracefs, the tracepoint cannot be looked up.
      tracepoint: { ...denied, remedy: expect.stringMatching(/^tracefs cannot be read: run as root/) },
      uprobe: { ...denied, remedy: missing("CAP_BPF", "CAP_PERFMON") },
      perfEvent: { ...denied, remedy: missing("CAP_BPF", "CAP_PERFMON") },
      xdp: { ...denied, remedy: missing("CAP_BPF", "CAP_NET_ADMIN") },
      tc: { ...denied, remedy: missing("CAP_BPF", "CAP_NET_ADMIN") },
      cgroup: { ...denied, remedy: missing("CAP_BPF", "CAP_NET_ADMIN") },
      query: { ...denied, remedy: missing("CAP_NET_ADMIN") },
      linkFromId: { ...denied, remedy: missing("CAP_SYS_ADMIN") },
      linkIds: { ...denied, remedy: missing("CAP_SYS_ADMIN") },
    });
  },
  patience,
);

test(
  "with CAP_BPF alone, a program loads or the error names the missing capability",
  async () => {
    const before = ["setpriv", "--bounding-set", "-all,+bpf,+dac_override,+dac_read_search"];
    const load = async (program: string) => {
      const { said, stderr } = await start("only-cap-bpf", [program], { before }).ended;
      expect(said, stderr).toBeDefined();
      return said;
    };
    expect(await load("swap_first_two")).toEqual({
      code: "ERR_EBPF_PERMISSION",
      remedy: expect.stringContaining("CAP_NET_ADMIN is missing"),
    });
    expect(await load("not_to_be_run")).toEqual({
      code: "ERR_EBPF_PERMISSION",
      remedy: expect.stringContaining("CAP_PERFMON is missing"),
    });
  },
  patience,
);

const denied = (remedy: RegExp) => ({
  code: "ERR_EBPF_PERMISSION",
  errnoName: expect.stringMatching(/^E(PERM|ACCES)$/),
  remedy: expect.stringMatching(remedy),
});

const unknown = (reason: RegExp) => ({
  supported: "unknown",
  reason: expect.stringMatching(reason),
  since: expect.stringMatching(/^\d+\.\d+$/),
});

/** A kfunc that the kernel does not have is missing for every process. */
function expectUnknown(probes: unknown, reason: RegExp): void {
  const list = probes as { supported: unknown; reason?: string }[];
  for (const { since, ...each } of list as Record<string, unknown>[])
    if (!/has no function/.test(String(each["reason"])))
      expect({ since: since ?? "0.0", ...each }).toEqual(unknown(reason));
}

async function keptFromBpf(before: string[]) {
  const { said, stderr } = await start("kept-from-bpf", [], { before }).ended;
  expect(said, stderr).toBeDefined();
  return said as Record<string, unknown>;
}

test(
  "with CAP_BPF and CAP_PERFMON, features, maps and loads name CAP_NET_ADMIN, and uprobes CAP_SYS_ADMIN",
  async () => {
    const said = await keptFromBpf([
      "setpriv",
      "--bounding-set",
      "-all,+bpf,+perfmon,+dac_override,+dac_read_search",
    ]);
    const network = denied(/^CAP_NET_ADMIN is missing/);
    expect(said).toMatchObject({
      xdp: network,
      kprobe: true,
      array: true,
      devmap: network,
      helper: network,
      tcx: network,
      "load devmap": network,
    });
    expectUnknown(said["probes"], /^CAP_NET_ADMIN is missing/);
    expect((said["more probes"] as { supported: unknown }[])[0]).toMatchObject({ supported: true });
    // Kernels without the fix of CVE-2025-38466 let CAP_PERFMON do.
    if (said["uprobe"] !== undefined) expect(said["uprobe"]).toEqual(denied(/^CAP_SYS_ADMIN is missing/));
  },
  patience,
);

test(
  "in a user namespace, the error says that its capabilities do not count",
  async () => {
    const said = await keptFromBpf(["unshare", "--user", "--map-root-user"]);
    const names = ["xdp", "kprobe", "array", "devmap", "helper", "tcx", "create array", "load devmap"];
    for (const name of names) expect({ [name]: said[name] }).toEqual({ [name]: denied(/user namespace/) });
    for (const name of ["probes", "more probes"]) expectUnknown(said[name], /user namespace/);
  },
  patience,
);

// Makes a system call fail with an errno for the program that it runs, as the profiles of containers do.
const withoutCall = `
import ctypes, os, platform, struct, sys
number = {"bpf": {"x86_64": 321, "aarch64": 280}, "perf": {"x86_64": 298, "aarch64": 241}}[sys.argv[2]][platform.machine()]
load, unless_equal, ret = 0x20, 0x15, 0x06
fail = 0x00050000 | int(sys.argv[1])
code = [(load, 0, 0, 0), (unless_equal, 0, 1, number), (ret, 0, 0, fail), (ret, 0, 0, 0x7FFF0000)]
text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in code))
filter = ctypes.create_string_buffer(struct.pack("HL", len(code), ctypes.addressof(text)))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, filter, 0, 0) == 0
os.execvp(sys.argv[3], sys.argv[3:])`;

test.each(["EPERM", "EINVAL", "ENOSYS"] as const)(
  "under a seccomp filter that makes bpf() fail with %s, the error names the filter",
  async (name) => {
    const said = await keptFromBpf(["python3", "-c", withoutCall, String(constants.errno[name]), "bpf"]);
    const names = ["xdp", "kprobe", "array", "devmap", "helper", "tcx", "create array", "load devmap"];
    for (const each of names)
      expect({ [each]: said[each] }).toMatchObject({
        [each]: { code: "ERR_EBPF_PERMISSION", remedy: expect.stringMatching(/seccomp filter/) },
      });
    for (const each of ["probes", "more probes"]) expectUnknown(said[each], /seccomp filter/);
  },
  patience,
);

test(
  "under a seccomp filter that allows bpf(), only what it forbids names the filter",
  async () => {
    const before = ["python3", "-c", withoutCall, String(constants.errno.EPERM), "perf"];
    const { said, stderr } = await start("each-attachment", ["", "", "", "tracepoint,raw_tp,fentry"], {
      before,
    }).ended;
    expect(said, stderr).toMatchObject({
      tracepoint: { step: "attach", ...denied(/^A seccomp filter .* may forbid perf_event_open\(\)/) },
      raw_tp: { step: "done" },
    });
    // Kernels of some virtual machines refuse fentry with EPERM, too.
    expect(JSON.stringify((said as Record<string, unknown>)["fentry"])).not.toMatch(/seccomp/);
  },
  patience,
);
