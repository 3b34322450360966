import type { Instruction } from "../asm/index.ts";
import { isExistenceCheck } from "../btf/core-target.ts";
import {
  helperSince,
  iteratorSince,
  mapFlagSince,
  mapTypeSince,
  type ProbedMapFlag,
  probedMapFlags,
} from "../features/index.ts";
import { attachTypeSince, programTypeSince, sleepableSince, xdpFragsSince } from "../hooks/index.ts";
import type { MapFlag, MapSpec, ObjectSpec, ProgramSpec } from "../spec/index.ts";

/** A feature of the kernel that a map or a program needs. */
export interface Need {
  /** The first Linux that has it. */
  readonly since: string;
  /** Its name: `bpf_ringbuf_reserve`, `program type lsm`. */
  readonly feature: string;
  /** The part of a program that needs it. Undefined if it is the program as a whole. */
  readonly because?: string;
}

// The kernel checks the attach type of these programs at load time (bpf_prog_load_check_attach), of others at attach
// time.
const checksAttachType: ReadonlySet<string> = new Set([
  "cgroup-skb",
  "cgroup-sock",
  "cgroup-sock-addr",
  "cgroup-sockopt",
  "sk-lookup",
  "netfilter",
  "tracing",
  "lsm",
]);

/** The kernel features that creating a map needs. */
export function mapNeeds({ type, flags, dataSection }: MapSpec): Need[] {
  // libbpf leaves out flags of data sections that the kernel does not have.
  if (dataSection !== undefined && type === "array") return need("5.2", "global variables");
  return [
    ...need(mapTypeSince(type), `map type ${type}`),
    ...flags.flatMap((flag) => (isProbed(flag) ? need(mapFlagSince(flag), `map flag ${flag}`) : [])),
  ];
}

function isProbed(flag: MapFlag): flag is ProbedMapFlag {
  return (probedMapFlags as readonly string[]).includes(flag);
}

/** The kernel features that a program needs for its type and the flags of its SEC name. */
export function kindNeeds({ type, attachType, attachTo, sleepable, xdpFrags }: ProgramSpec): Need[] {
  const isChecked = checksAttachType.has(type) && attachType !== undefined;
  const isIterator = attachType === "trace-iter" && attachTo !== undefined;
  return [
    ...need(programTypeSince(type), `program type ${type}`),
    ...(isChecked ? need(attachTypeSince(attachType), `attach type ${attachType}`) : []),
    ...(isIterator ? need(iteratorSince(attachTo), `iterator ${attachTo}`) : []),
    ...(sleepable ? need(sleepableSince(type), `sleepable ${type} programs`) : []),
    ...(xdpFrags ? need(xdpFragsSince, "XDP packets of several buffers") : []),
  ];
}

// On kernels without these helpers, libbpf replaces them with bpf_probe_read and bpf_probe_read_str.
const replaced: ReadonlySet<string> = new Set([
  "probe_read_kernel",
  "probe_read_kernel_str",
  "probe_read_user",
  "probe_read_user_str",
]);

/** The kernel features that the instructions of a program need: helpers, and the instruction set. */
export function codeNeeds(instructions: readonly Instruction[]): Need[] {
  const helpers = new Set(
    instructions.flatMap(({ helper }) => (helper === undefined || replaced.has(helper) ? [] : helper)),
  );
  return [
    ...[...helpers].flatMap((helper) => need(helperSince(helper), `bpf_${helper}`, `It calls bpf_${helper}`)),
    ...(instructions.some(({ opcode }) => opcode === GOTOX)
      ? need("6.19", "jump tables", "It has jump tables")
      : []),
    ...(instructions.some(isOfLevel4) ? need("6.6", "instructions of v4", "It has instructions of v4") : []),
  ];
}

/**
 * Whether a program checks the types or the configuration of the kernel, and so can skip code that an older kernel does
 * not accept.
 */
export function adaptsToKernel({ kconfig }: ObjectSpec, instructions: readonly Instruction[]): boolean {
  return instructions.some(
    ({ origin, target }) =>
      (origin?.core !== undefined && isExistenceCheck(origin.core)) ||
      (target?.kind === "ksym" && Object.hasOwn(kconfig, target.name)),
  );
}

function need(since: string | undefined, feature: string, because?: string): Need[] {
  return since === undefined ? [] : [{ since, feature, ...(because !== undefined && { because }) }];
}

/** A jump to an address in a register. */
const GOTOX = 0x0d;

/** Instructions of `clang -mcpu=v4`. */
function isOfLevel4({ opcode, offset }: Instruction): boolean {
  const kind = opcode & 7;
  const operation = opcode & 0xf0;
  const isArithmetic = kind === 4 || kind === 7;
  // Signed division and modulo, moves with sign extension, bswap, gotol, loads with sign extension.
  if (isArithmetic && (operation === 0x30 || operation === 0x90 || operation === 0xb0)) return offset !== 0;
  return (kind === 7 && operation === 0xd0) || opcode === 0x06 || (kind === 1 && (opcode & 0xe0) === 0x80);
}
