import { checkObject, invalidArgument } from "../../arguments/index.ts";
import { UnknownNameError } from "../../errors/index.ts";
import { checkImmediate, checkSigned, checkUnsigned } from "../check.ts";
import type { Fields, HasFd, Target } from "../fields.ts";
import { type HelperName, helperNames, helperNumber } from "../helpers.ts";
import { Instruction } from "../instruction.ts";
import { calls, opcodes, pseudo } from "../opcodes.ts";
import {
  type Destination,
  type Register,
  registerNumber,
  wholeDestination,
  wholeNumber,
} from "../registers.ts";
import { checkName } from "./jumps.ts";

/** Calls a helper by name, or by number if this package has no name for it. */
export function call(helper: HelperName | number): Instruction {
  if (typeof helper === "number") {
    return new Instruction(opcodes.call, 0, calls.helper, 0, checkSigned(helper, "call: helper"));
  }
  const number = helperNumber(helper);
  if (number === undefined)
    throw new UnknownNameError({ what: "helper", wanted: helper, known: helperNames() });
  return new Instruction(opcodes.call, 0, calls.helper, 0, number);
}

/** Calls a function of the same program that begins at a label. @since Linux 4.16 */
export function callFunction(name: string): Instruction {
  const target = { kind: "label", name: checkName(name, "callFunction") } as const;
  return new Instruction(opcodes.call, 0, calls.local, 0, 0, 0, target);
}

/** Calls a kfunc of the kernel or of a module by name. @since Linux 5.13 */
export function callKfunc(name: string): Instruction {
  const target = { kind: "kfunc", name: checkName(name, "callKfunc") } as const;
  return new Instruction(opcodes.call, 0, calls.kfunc, 0, 0, 0, target);
}

/** Calls the function at the address in a register. */
export function callRegister(register: Register): Instruction {
  return new Instruction(opcodes.callRegister, wholeNumber(register, "callRegister"), 0, 0, 0);
}

/** `dst = value`, a 64-bit immediate from -2^63 to 2^64 - 1. */
export function loadImm(dst: Destination, value: bigint | number): Instruction {
  const to = wholeDestination(dst, "loadImm: dst");
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) {
    throw invalidArgument(`loadImm: value`, "an integer", value);
  }
  const wide = BigInt(value);
  if (wide < -(2n ** 63n) || wide >= 2n ** 64n) {
    throw invalidArgument(`loadImm: value`, "64 bits", value);
  }
  const low = Number(BigInt.asIntN(32, wide));
  return new Instruction(opcodes.loadImm64, to, pseudo.value, 0, low, Number(BigInt.asIntN(32, wide >> 32n)));
}

function reference(
  dst: Destination,
  what: string,
  src: number,
  target: Target | undefined,
  imm = 0,
  high = 0,
) {
  return new Instruction(opcodes.loadImm64, wholeDestination(dst, `${what}: dst`), src, 0, imm, high, target);
}

function mapTarget(map: HasFd | string, what: string): Target {
  if (typeof map === "string") return { kind: "map", map };
  if (typeof map === "object" && map !== null && "fd" in map) return { kind: "map", map };
  throw invalidArgument(what, "a Map or the name of one", map);
}

/** `dst = map`: a live map, or the name of a map of the object. */
export function loadMap(dst: Destination, map: HasFd | string): Instruction {
  return reference(dst, "loadMap", pseudo.mapFd, mapTarget(map, "loadMap: map"));
}

/** `dst = &map[0] + offset`: an address in the only value of an array map. @since Linux 5.2 */
export function loadMapValue(dst: Destination, map: HasFd | string, offset = 0): Instruction {
  const high = checkUnsigned(offset, 31, "loadMapValue: offset");
  return reference(dst, "loadMapValue", pseudo.mapValue, mapTarget(map, "loadMapValue: map"), 0, high);
}

/** `dst = &variable + offset`: a global variable of the object by name. */
export function loadVariable(dst: Destination, name: string, offset = 0): Instruction {
  const high = checkUnsigned(offset, 31, "loadVariable: offset");
  const variable = checkName(name, "loadVariable: name");
  return reference(
    dst,
    "loadVariable",
    pseudo.mapValue,
    { kind: "data", section: undefined, variable },
    0,
    high,
  );
}

/** `dst = map`, by its index in the array of descriptors of the program. @since Linux 5.14 */
export function loadMapAt(dst: Destination, index: number): Instruction {
  return reference(
    dst,
    "loadMapAt",
    pseudo.mapIndex,
    undefined,
    checkUnsigned(index, 31, "loadMapAt: index"),
  );
}

/** `dst = function`, for helpers with a callback: `loop`, `for_each_map_elem`, `timer_set_callback`. @since Linux 5.13 */
export function loadFunction(dst: Destination, name: string): Instruction {
  const target = { kind: "label", name: checkName(name, "loadFunction: name") } as const;
  return reference(dst, "loadFunction", pseudo.func, target);
}

/** `dst = &variable`: a kernel variable by its name in the kernel's BTF. @since Linux 5.10 */
export function loadKernelVariable(dst: Destination, name: string): Instruction {
  const target = { kind: "ksym", name: checkName(name, "loadKernelVariable: name") } as const;
  return reference(dst, "loadKernelVariable", pseudo.btfId, target);
}

/** Creates an instruction from its fields. Omitted fields are 0. Use it for instructions that have no function here. */
export function instruction(
  fields: { opcode: number } & Partial<Omit<Fields, "dst" | "src">> & {
      dst?: Register | number;
      src?: Register | number;
    },
): Instruction {
  checkObject(fields, "instruction: fields");
  const register = (value: Register | number | undefined, what: string): number =>
    typeof value === "number" ? checkUnsigned(value, 4, what) : registerNumber(value ?? "r0", what);
  const imm = checkImmediate(fields.imm ?? 0, "instruction: imm");
  return new Instruction(0, 0, 0, 0, 0).with({
    ...fields,
    imm,
    dst: register(fields.dst, "instruction: dst"),
    src: register(fields.src, "instruction: src"),
  });
}
