// The probes of `features` that return data: without a result, they return "unknown" with the reason.

import { programTypeSince } from "../hooks/index.ts";
import { kernelConfig } from "../kernel/config.ts";
import { jit as isJitEnabled } from "../kernel/jit.ts";
import { kernelBtf } from "../kernel/kernel-btf.ts";
import { mountsOf } from "../kernel/mounts.ts";
import { kernelVersion } from "../kernel/version.ts";
import type { MapType, ProgramType } from "../spec/index.ts";
import { mapTypeSince } from "../spec/map-kinds.ts";
import { type AttachFeature, attachingSince, attachLack, attaching as isAttaching } from "./attaching.ts";
import { helperLack } from "./helper-lack.ts";
import { helperSince } from "./helper-since.ts";
import {
  instructionSet as hasInstructionSet,
  type InstructionSet,
  instructionSetSince,
} from "./instruction-set.ts";
import { kfunc as callsKfunc, findKfunc } from "./kfunc.ts";
import { configOf, unsupported } from "./lacking.ts";
import { mapFlag as hasMapFlag, mapFlagSince, type ProbedMapFlag } from "./map-flag.ts";
import {
  helper as callsHelper,
  mapType as hasMapType,
  programType as hasProgramType,
} from "./probe-types.ts";
import { type Support, supportOf } from "./support.ts";
import { token as hasToken } from "./token.ts";
import { type VerifierFeature, verifier as verifierHas, verifierSince } from "./verifier-feature.ts";

/**
 * Whether this kernel loads programs of a type.
 *
 * @throws {@link InvalidArgumentError} when no type has that name. The other functions also throw for unknown names
 * only.
 */
export function programType(type: ProgramType): Support {
  return supportOf(
    () => hasProgramType(type),
    programTypeSince(type),
    () => unsupported(`programs of type "${type}"`, configOf(type)),
  );
}

/** Whether this kernel creates maps of a type. */
export function mapType(type: MapType): Support {
  return supportOf(
    () => hasMapType(type),
    mapTypeSince(type),
    () => unsupported(`maps of type "${type}"`),
  );
}

/** Whether this kernel creates maps with a flag. */
export function mapFlag(flag: ProbedMapFlag): Support {
  return supportOf(
    () => hasMapFlag(flag),
    mapFlagSince(flag),
    () => unsupported(`maps with the flag "${flag}"`),
  );
}

/**
 * Whether programs of a type may call a helper. `since` is the first version with the helper, for any type.
 *
 * @example
 * ```ts
 * const { supported, reason } = features.probe.helper("xdp", "bpf_ktime_get_ns");
 * if (supported !== true) console.error(reason);
 * ```
 */
export function helper(type: ProgramType, name: string): Support {
  return supportOf(
    () => callsHelper(type, name),
    helperSince(name),
    () => programType(type).reason ?? helperLack(type, name),
  );
}

/** Whether programs of a type may call a kfunc of the kernel or of a loaded module. */
export function kfunc(type: ProgramType, name: string): Support {
  return supportOf(
    () => callsKfunc(type, name),
    undefined,
    () => {
      const place = findKfunc(name);
      if (place === undefined)
        return `This kernel, ${kernelVersion()}, has no function "${name}", and no loaded module has it`;
      const of = place.module === undefined ? "this kernel" : `module "${place.module}"`;
      return programType(type).reason ?? `Programs of type "${type}" may not call "${name}" of ${of}`;
    },
  );
}

/** Whether this kernel can attach programs in a way. */
export function attaching(feature: AttachFeature): Support {
  return supportOf(
    () => isAttaching(feature),
    attachingSince(feature),
    () => attachLack(feature),
  );
}

/** Whether this kernel loads programs that clang compiled for a level of the instruction set (`-mcpu`). */
export function instructionSet(level: InstructionSet): Support {
  return supportOf(
    () => hasInstructionSet(level),
    instructionSetSince(level),
    () => unsupported(`instructions of ${level}`),
  );
}

/** Whether the verifier of this kernel accepts large programs, or bounded loops. */
export function verifier(feature: VerifierFeature): Support {
  return supportOf(
    () => verifierHas(feature),
    verifierSince(feature),
    () => unsupported(feature.replace("-", " ")),
  );
}

/** Whether this kernel has its types as BTF, which CO-RE, fentry, LSM programs, iterators and kfuncs need. */
export function btf(): Support {
  return supportOf(kernelBtf, "4.18", () => unsupported("types of the kernel", ["CONFIG_DEBUG_INFO_BTF"]));
}

/** Whether this kernel compiles programs to machine code. */
export function jit(): Support {
  return supportOf(isJitEnabled, undefined, () =>
    kernelConfig("CONFIG_BPF_JIT") === "n"
      ? unsupported("JIT compilers", ["CONFIG_BPF_JIT"])
      : "It is switched off: sysctl net.core.bpf_jit_enable=1",
  );
}

/** Whether a BPF file system is mounted and writable, which pins need. */
export function bpffs(): Support {
  return supportOf(
    () => mountsOf("bpf").some(({ readOnly }) => !readOnly),
    "4.4",
    () =>
      mountsOf("bpf").length > 0
        ? "It is mounted read-only: mount -o remount,rw /sys/fs/bpf"
        : "It is not mounted: mount -t bpf bpf /sys/fs/bpf",
  );
}

/** Whether this kernel can delegate BPF to a user namespace with tokens. */
export function token(): Support {
  return supportOf(hasToken, "6.9", () => unsupported("BPF tokens"));
}
