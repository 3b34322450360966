import { helperNames, helperNumber } from "../asm/helpers.ts";
import { EPERM } from "../errno.ts";
import { PermissionError, SystemError, UnknownNameError } from "../errors.ts";
import { holds, privilegeRemedy } from "../kernel/privilege.ts";
import { native } from "../native.ts";
import {
  attachTypeNumber,
  type MapType,
  mapTypeNumber,
  type ProgramType,
  programTypeNumber,
} from "../spec/index.ts";
import { cached } from "./cache.ts";

/**
 * Whether this kernel loads programs of a type.
 *
 * @throws PermissionError without CAP_BPF: the kernel then answers nothing.
 */
export function programType(type: ProgramType): boolean {
  return probe(`programs of type "${type}"`, () => {
    const answer = native().probeProgramType(programTypeNumber(type));
    // libbpf tries it with fentry alone, which some kernels refuse.
    return answer === 0 && type === "tracing" ? Number(loadsIterators()) : answer;
  });
}

/**
 * Whether this kernel makes maps of a type.
 *
 * @throws PermissionError without CAP_BPF: the kernel then answers nothing.
 */
export function mapType(type: MapType): boolean {
  return probe(`maps of type "${type}"`, () => native().probeMapType(mapTypeNumber(type)));
}

/**
 * Whether programs of a type may call a helper, as `bpf_redirect`, in this kernel.
 *
 * @throws UnknownNameError when no helper has that name; kfuncs are none.
 * @throws PermissionError without CAP_BPF: the kernel then answers nothing.
 * @throws SystemError (EOPNOTSUPP) for types whose programs cannot be loaded without something to attach to: tracing,
 * ext, lsm, struct-ops.
 */
export function helper(type: ProgramType, name: string): boolean {
  const number = helperNumber(name);
  if (number === undefined) throw new UnknownNameError("helper", name, helperNames());
  return probe(`helper "${name}" in programs of type "${type}"`, () =>
    native().probeHelper(programTypeNumber(type), number),
  );
}

/** Whether programs that iterate can be loaded, which is the least that tracing programs can do. */
export function loadsIterators(): boolean {
  const type = programTypeNumber("tracing");
  const attachType = attachTypeNumber("trace-iter");
  return native().probeLoad({ type, attachType, function: "bpf_map" }) === 0;
}

function probe(what: string, ask: () => number): boolean {
  return cached(what, () => {
    // A refusal would look as if the kernel could not.
    requirePrivilege(what);
    const answer = ask();
    if (answer < 0)
      throw new SystemError(`cannot find out about ${what}`, { operation: "probe", errno: -answer });
    return answer === 1;
  });
}

/** @internal */
export function requirePrivilege(what: string): void {
  if (holds("bpf")) return;
  throw new PermissionError(`cannot find out about ${what}`, {
    operation: "probe",
    errno: EPERM,
    remedy: privilegeRemedy(["bpf"]),
  });
}
