import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { capabilitiesFor } from "../../lib/features/capabilities.ts";
import { hookOfKind, kindOfSection } from "../../lib/hooks/index.ts";
import { CollectionSpec } from "../../lib/index.ts";
import { type Capability, capabilityName } from "../../lib/kernel/privilege.ts";
import { capabilitiesToAttach } from "../../lib/link/attach.ts";
import { marked } from "../../scripts/docs-tables/markers.ts";
import { privilegesTable } from "../../scripts/docs-tables/privileges.ts";
import { start } from "../lifetime/child.ts";
import { attachments } from "../support/attachments.ts";
import { cgroup2 } from "../support/cgroup2.ts";
import { ownNetns, veth } from "../support/link.ts";
import { testObject } from "../support/objects.ts";

/** The sets that a process may have. Each includes CAP_DAC_OVERRIDE, so that it can read tracefs. */
const sets: Capability[][] = [[], ["bpf"], ["bpf", "perfmon"], ["bpf", "net_admin"], ["sys_admin"]];

// They need a device, a program or a socket of their own.
const leftOut = ["netkit"];

// Attached by perf events.
const perfEvents = /^(tracepoint|k(ret)?probe(?!\.)|ksyscall|u(ret)?probe(?!\.multi|\.session)|perf_event)/;

interface Said {
  step: "load" | "attach" | "done";
  code?: string;
  remedy?: string;
  message?: string;
}

async function run(places: string[], names: string[], set: readonly string[]): Promise<Record<string, Said>> {
  const capabilities = ["-all", "+dac_override", "+dac_read_search", ...set.map((name) => `+${name}`)];
  const before = ["setpriv", "--bounding-set", capabilities.join(",")];
  const { said, stderr } = await start("each-attachment", [...places, names.join(",")], { before }).ended;
  expect(said, stderr).toBeDefined();
  return said;
}

/** What a kind needs to load, and to load and attach. */
function needs(name: string): { load: Capability[]; attach: Capability[] } {
  const kind = attachments()[name];
  const spec = CollectionSpec.fromFile(testObject(kind?.object ?? ""));
  const program = spec.programs[kind?.program ?? ""];
  if (program === undefined) throw new Error(`${name} has no program`);
  const row = program.type === "struct-ops" ? "struct-ops" : hookOfKind(kindOfSection(program.section));
  const maps = Object.values(spec.maps).filter(({ autocreate }) => autocreate);
  return {
    load: capabilitiesFor({ programs: [program.type], maps: maps.map(({ type }) => type) }),
    attach: capabilitiesToAttach(row ?? "xdp", program.type),
  };
}

/** CAP_SYS_ADMIN includes the others in the bpf system call, but not for netlink. */
function missing(needed: readonly Capability[], set: readonly Capability[]): string[] {
  return needed
    .filter((each) => {
      if (each === "netlink") return !set.includes("net_admin");
      return !set.includes(each) && !set.includes("sys_admin");
    })
    .map(capabilityName);
}

test("for each kind of attachment and each set of capabilities, the error names those that are missing", {
  timeout: 600_000,
}, async () => {
  using pair = veth();
  using netns = ownNetns();
  const cgroup = join(cgroup2(), `ebpf-capabilities-${process.pid}`);
  mkdirSync(cgroup);
  try {
    const places = [pair.from, cgroup, netns.path];
    const names = Object.keys(attachments()).filter((name) => !leftOut.includes(name));
    const all = await run(places, names, ["bpf", "perfmon", "net_admin", "sys_admin", "sys_resource"]);
    const possible = names.filter((name) => all[name]?.step === "done");
    expect(possible.length).toBeGreaterThan(20);
    const wrong: unknown[] = [];
    for (const set of sets) {
      const said = await run(places, possible, [...set, "sys_resource"]);
      for (const name of possible) {
        const answer = said[name] as Said;
        const { load, attach } = needs(name);
        const lackToLoad = missing(load, set);
        const lackToAttach = missing(attach, set);
        const step = lackToLoad.length > 0 ? "load" : lackToAttach.length > 0 ? "attach" : "done";
        const lack = step === "load" ? lackToLoad : lackToAttach;
        const isNamed = lack.every((capability) => answer.remedy?.includes(capability));
        const isRight =
          answer.step === step && (step === "done" || (answer.code === "ERR_EBPF_PERMISSION" && isNamed));
        // Kernels with the fix of CVE-2025-38466 want CAP_SYS_ADMIN for uprobes by perf events, and Debian's kernels
        // for all perf events where kernel.perf_event_paranoid is 3.
        const isAdmins = /^CAP_SYS_ADMIN is missing: .*(CVE-2025-38466|perf_event_paranoid)/.test(
          answer.remedy ?? "",
        );
        const isPerfEvent = step === "done" && perfEvents.test(name) && isAdmins;
        if (!isRight && !isPerfEvent) wrong.push({ set, name, expected: { step, lack }, answer });
      }
    }
    expect(wrong).toEqual([]);
  } finally {
    if (existsSync(cgroup)) rmdirSync(cgroup);
  }
});

test("docs/privileges.md matches the hooks table", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/privileges.md"), "utf8");
  expect(page).toContain(marked(privilegesTable()));
});
