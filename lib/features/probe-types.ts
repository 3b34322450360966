import { checkName } from "../arguments/index.ts";
import { helperNames, helperNumber } from "../asm/helpers.ts";
import { EOPNOTSUPP } from "../errors/errno.ts";
import { SystemError, UnknownNameError } from "../errors/index.ts";
import { native } from "../native/addon.ts";
import { type MapType, mapTypeNumber, type ProgramType, programTypeNumber } from "../spec/index.ts";
import { checkMapType, checkProgramType } from "../spec/kernel-names.ts";
import { capabilitiesFor } from "./capabilities.ts";
import { callsHelper, isLoadedAlone } from "./helper-call.ts";
import { tryLoad } from "./load.ts";
import { question } from "./question.ts";

/**
 * Whether this kernel loads programs of a type.
 *
 * @throws {@link PermissionError} when a capability is missing (CAP_BPF, by the type also CAP_PERFMON or
 * CAP_NET_ADMIN), or a user namespace, a seccomp filter or lockdown prevents the probe.
 * @throws {@link SystemError} when the probe lacks a resource.
 */
export function programType(type: ProgramType): boolean {
  checkProgramType(type, "program type");
  return question(`programs of type "${type}"`, capabilitiesFor({ programs: [type] }), () => {
    // libbpf probes only fentry, which some kernels refuse.
    if (type === "tracing" && loadsIterators()) return 1;
    return native().probeProgramType(programTypeNumber(type));
  });
}

/**
 * Whether this kernel creates maps of a type.
 *
 * @throws {@link PermissionError} when a capability is missing (CAP_BPF, by the type also CAP_NET_ADMIN),
 * or a user namespace, a seccomp filter, lockdown or RLIMIT_MEMLOCK prevents the probe.
 * @throws {@link SystemError} when the probe lacks a resource.
 *
 * @example
 * ```ts
 * const type = features.mapType("ringbuf") ? "ringbuf" : "perf-event-array";
 * ```
 */
export function mapType(type: MapType): boolean {
  checkMapType(type, "map type");
  return question(`maps of type "${type}"`, capabilitiesFor({ maps: [type] }), () =>
    native().probeMapType(mapTypeNumber(type)),
  );
}

/**
 * Whether programs of a type may call a helper, such as `bpf_redirect`, in this kernel. For a helper that sleeps: whether
 * sleepable programs may.
 *
 * @throws {@link UnknownNameError} when no helper has that name. Kfuncs are not helpers.
 * @throws {@link PermissionError}, {@link SystemError} as `programType` does.
 * @throws {@link SystemError} (EOPNOTSUPP) for types whose programs cannot be loaded without an attach target:
 * tracing, ext, lsm, struct-ops.
 *
 * @example
 * ```ts
 * if (!features.helper("xdp", "bpf_xdp_load_bytes")) throw new Error("this kernel is too old");
 * ```
 */
export function helper(type: ProgramType, name: string): boolean {
  checkProgramType(type, "program type");
  checkName(name, "helper");
  const number = helperNumber(name);
  if (number === undefined)
    throw new UnknownNameError({ what: "helper", wanted: name, known: helperNames() });
  const what = `helper "${name}" in programs of type "${type}"`;
  if (!isLoadedAlone(type))
    throw new SystemError(`cannot probe support for ${what}`, {
      operation: "probe",
      errno: EOPNOTSUPP,
      remedy: `Programs of type "${type}" are loaded for a target, which determines the helpers that they may call`,
    });
  return question(what, capabilitiesFor({ programs: [type] }), () =>
    programType(type) ? callsHelper(type, number) : 0,
  );
}

/** Whether iterators can be loaded. Every kernel that supports tracing programs supports them or fentry. */
export function loadsIterators(): boolean {
  return question("iterators", capabilitiesFor({ programs: ["tracing"] }), () => {
    const { status } = tryLoad({ type: "tracing", attachType: "trace-iter", function: "bpf_map" });
    return status === 0 ? 1 : status;
  });
}
