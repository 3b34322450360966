import { expect, test } from "vitest";
import { start } from "../lifetime/child.ts";

const patience = 240_000;

test(
  "without privilege each call says which one it lacks",
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
      // Who does not see tracefs cannot look up the tracepoint.
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
  "CAP_BPF alone loads what needs no more, and of the rest the error names the capability",
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
