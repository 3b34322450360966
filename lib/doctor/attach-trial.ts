import { Collection } from "../collection/collection.ts";
import { EbpfError } from "../errors/index.ts";
import type { Attachable } from "../link/attachable.ts";
import { placeOf } from "../link/by-section.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { failed, type ObjectReport, type ProgramVerdict, type Verdict, yes } from "./verdict.ts";
import { withOnly } from "./with-only.ts";

/** Targets that every machine has, for options that SEC names do not give. */
const everywhere: Readonly<Record<string, unknown>> = {
  interface: "lo",
  direction: "ingress",
  // Below the mount point of cgroup2, which is not /sys/fs/cgroup on every machine.
  cgroup: "/",
  netns: "/proc/self/ns/net",
  event: { type: "software", name: "cpu-clock" },
};

/**
 * Attaches each program of a report that loads, and detaches it at once. Programs whose SEC name gives no target are
 * attached to the loopback interface, the root cgroup, the network namespace of this process or the CPU clock.
 *
 * @param report - The report of `examineHere` on the object.
 * @returns The report with the verdicts of attaching.
 */
export function attachHere(object: ObjectSpec, report: ObjectReport): ObjectReport {
  const programs = report.programs.map((verdict): ProgramVerdict => {
    const { answer } = verdict.attach;
    if (answer !== "yes" && answer !== "needs") return verdict;
    return { ...verdict, attach: attachVerdict(object, report, verdict) };
  });
  return { ...report, programs };
}

function attachVerdict(object: ObjectSpec, report: ObjectReport, { name, attach }: ProgramVerdict): Verdict {
  const spec = withOnly(object, (program) => program.name === name);
  const refused = new Set(report.maps.filter(({ create }) => create.answer === "no").map((map) => map.name));
  for (const map of Object.values(spec.maps)) {
    map.pinning = "none";
    if (refused.has(map.name)) map.autocreate = false;
  }
  const placed = placeOf(spec.programs[name] as unknown as Attachable);
  // netkit programs need an interface of another kind than the loopback interface.
  const isDefaulted = placed.missing.every((option) => option in everywhere) && placed.name !== "netkit";
  if (!isDefaulted) return attach;
  const options = Object.fromEntries(placed.missing.map((option) => [option, everywhere[option]]));
  try {
    using collection = Collection.loadSync(spec);
    collection.programs[name]?.attach(options).close();
    return yes;
  } catch (error) {
    if (error instanceof EbpfError) return failed(error);
    throw error;
  }
}
