import { existsSync, readFileSync } from "node:fs";
import { attempt } from "../explain/attempt.ts";
import { activeLsms, kernelVersion, probe, type Support } from "../features/index.ts";
import { tryLoad } from "../features/load.ts";
import { lockdown } from "../kernel/lockdown.ts";
import { lockedMemory } from "../kernel/locked-memory.ts";
import { mountsOf } from "../kernel/mounts.ts";
import { perfEventParanoid } from "../kernel/perf-privilege.ts";
import {
  type Capability,
  capabilityName,
  holds,
  inUserNamespace,
  privilegeRemedy,
} from "../kernel/privilege.ts";
import { seccompFiltered } from "../kernel/seccomp.ts";
import { isTracefsReadable } from "../kernel/tracefs.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { bpfFilterRemedy, environmentRemedy } from "../native/environment.ts";

/**
 * - `ok`: nothing to do.
 * - `limited`: some programs do not work.
 * - `problem`: no program works.
 * - `unknown`: it could not be found out.
 */
export type Health = "ok" | "limited" | "problem" | "unknown";

/** One fact about this machine that decides what BPF can do. */
export interface Check {
  readonly name: string;
  readonly health: Health;
  /** The fact: `6.1`, `mounted at /sys/fs/bpf`. */
  readonly found: string;
  /** What does not work and what to do. */
  readonly advice?: string;
}

/** Examines this machine and the privileges of this process. Nothing is changed. */
export function examineMachine(): Check[] {
  return [
    kernel(),
    bpf(),
    ofSupport("BTF", probe.btf(), "/sys/kernel/btf/vmlinux"),
    ofSupport("JIT compiler", probe.jit(), "on"),
    ofSupport("fentry, LSM programs", probe.attaching("fentry"), "works"),
    ofSupport("kprobes", probe.attaching("kprobe"), "works"),
    ofSupport("uprobes", probe.attaching("uprobe"), "works"),
    ofSupport("bpffs", probe.bpffs(), mountedAt("bpf")),
    tracefs(),
    cgroup2(),
    securityModules(),
    locked(),
    ...(["bpf", "perfmon", "net_admin", "sys_admin"] as const).map(capability),
    userNamespace(),
    seccomp(),
    container(),
    unprivileged(),
    paranoid(),
    memory(),
  ];
}

function kernel(): Check {
  const found = `Linux ${kernelVersion()}`;
  return kernelAtLeast("5.10")
    ? { name: "kernel", health: "ok", found }
    : { name: "kernel", health: "limited", found, advice: "This package is tested on Linux 5.10 and newer" };
}

/** Loading the simplest program decides whether this process can use BPF at all. */
function bpf(): Check {
  const { status } = tryLoad({ type: "socket-filter" });
  if (status === 0) return { name: "bpf()", health: "ok", found: "loads programs" };
  const advice = attempt(() => privilegeRemedy(["bpf"]) ?? environmentRemedy());
  return { name: "bpf()", health: "problem", found: "refused", ...(advice !== undefined && { advice }) };
}

function ofSupport(name: string, { supported, reason }: Support, found: string): Check {
  if (supported === true) return { name, health: "ok", found };
  const advice = reason === undefined ? {} : { advice: reason };
  return supported === false
    ? { name, health: "limited", found: "no", ...advice }
    : { name, health: "unknown", found: "unknown", ...advice };
}

function mountedAt(type: string): string {
  const paths = attempt(() => mountsOf(type).map(({ path }) => path)) ?? [];
  return paths.join(", ");
}

function tracefs(): Check {
  const name = "tracefs";
  if (isTracefsReadable())
    return { name, health: "ok", found: mountedAt("tracefs") || "/sys/kernel/debug/tracing" };
  const isMounted = mountedAt("tracefs") !== "";
  return {
    name,
    health: "limited",
    found: isMounted ? "not readable" : "not mounted",
    advice: isMounted
      ? "Tracepoints and patterns of functions need it: run as root, or mount it with gid="
      : "Tracepoints and patterns of functions need it: mount -t tracefs tracefs /sys/kernel/tracing",
  };
}

function cgroup2(): Check {
  const found = mountedAt("cgroup2");
  return found === ""
    ? {
        name: "cgroup v2",
        health: "limited",
        found: "not mounted",
        advice: "Programs of cgroups need it: mount -t cgroup2 none /sys/fs/cgroup",
      }
    : { name: "cgroup v2", health: "ok", found: `at ${found}` };
}

function securityModules(): Check {
  const name = "security modules";
  const lsms = attempt(activeLsms);
  if (lsms === undefined)
    return {
      name,
      health: "unknown",
      found: "unknown",
      advice: "securityfs is not mounted: mount -t securityfs none /sys/kernel/security",
    };
  const found = lsms.join(",");
  return lsms.includes("bpf")
    ? { name, health: "ok", found }
    : { name, health: "limited", found, advice: "LSM programs do not run: boot with lsm=…,bpf" };
}

function locked(): Check {
  const name = "lockdown";
  const mode = lockdown();
  if (mode === undefined || mode === "none") return { name, health: "ok", found: mode ?? "none known" };
  return {
    name,
    health: "limited",
    found: mode,
    advice:
      mode === "integrity"
        ? "bpf_probe_write_user is forbidden"
        : "bpf_probe_read and bpf_probe_write_user are forbidden, as are kprobes",
  };
}

const uses: Partial<Record<Capability, string>> = {
  bpf: "every program and map needs it",
  perfmon: "tracing programs need it",
  net_admin: "networking programs and cgroups need it",
  sys_admin: "opening maps, programs and links by ID needs it",
};

function capability(which: Capability): Check {
  const name = capabilityName(which);
  if (holds(which)) return { name, health: "ok", found: "yes" };
  const health = which === "bpf" ? "problem" : "limited";
  return { name, health, found: "no", advice: `It is missing: ${uses[which]}` };
}

function userNamespace(): Check {
  const name = "user namespace";
  return inUserNamespace()
    ? {
        name,
        health: "limited",
        found: "of its own",
        advice: "Its capabilities do not count for BPF: run outside, or load with a BPF token",
      }
    : { name, health: "ok", found: "initial" };
}

function seccomp(): Check {
  const name = "seccomp";
  if (!seccompFiltered()) return { name, health: "ok", found: "no filter" };
  // Without CAP_BPF, a filter is not the reason why the simplest program does not load.
  const advice = holds("bpf") && !inUserNamespace() ? bpfFilterRemedy() : undefined;
  if (advice !== undefined) return { name, health: "limited", found: "filter", advice };
  const found = tryLoad({ type: "socket-filter" }).status === 0 ? "filter, which allows bpf()" : "filter";
  return { name, health: "ok", found };
}

function container(): Check {
  const name = "container";
  if (existsSync("/.dockerenv")) return { name, health: "ok", found: "Docker" };
  if (existsSync("/run/.containerenv")) return { name, health: "ok", found: "Podman" };
  if (process.env["KUBERNETES_SERVICE_HOST"] !== undefined)
    return { name, health: "ok", found: "Kubernetes" };
  const manager = readText("/run/systemd/container");
  return { name, health: "ok", found: manager ?? "none known" };
}

function unprivileged(): Check {
  const value = readText("/proc/sys/kernel/unprivileged_bpf_disabled");
  const meanings: Record<string, string> = {
    "0": "0: processes without capabilities may load socket filters",
    "1": "1: BPF needs CAP_BPF, until the next boot",
    "2": "2: BPF needs CAP_BPF",
  };
  return {
    name: "unprivileged_bpf_disabled",
    health: "ok",
    found: meanings[value ?? ""] ?? value ?? "unknown",
  };
}

function paranoid(): Check {
  const name = "perf_event_paranoid";
  const value = perfEventParanoid();
  if (value === undefined) return { name, health: "unknown", found: "unknown" };
  return value > 2 && !holds("sys_admin")
    ? {
        name,
        health: "limited",
        found: `${value}`,
        advice: "kprobes, uprobes and tracepoints need CAP_SYS_ADMIN above 2",
      }
    : { name, health: "ok", found: `${value}` };
}

function memory(): Check {
  const name = "locked memory";
  if (kernelAtLeast("5.11") || holds("sys_resource"))
    return { name, health: "ok", found: "not limited for BPF" };
  const limit = lockedMemory() ?? "unknown";
  return limit === "unlimited"
    ? { name, health: "ok", found: limit }
    : {
        name,
        health: "limited",
        found: `${limit} bytes`,
        advice: "Maps and programs count: raise RLIMIT_MEMLOCK with ulimit -l",
      };
}

function readText(path: string): string | undefined {
  return attempt(() => readFileSync(path, "utf8").trim());
}
