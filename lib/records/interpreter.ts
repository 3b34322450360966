import type { Instruction } from "../asm/index.ts";
import { calls, classes, isConditional, jump, modes, opcodes, REGISTER } from "../asm/opcodes.ts";
import { accessSize, type Code, type CodeFunction, jumpTarget } from "./code.ts";
import { arithmetic, loadFrom, storeTo } from "./fold-arithmetic.ts";
import { State } from "./state.ts";
import { constant, pointer, type Thing, things, type Value } from "./tracked-value.ts";

/** A running function and its caller. */
export interface Frame {
  readonly code: CodeFunction;
  /** The call depth. 0 for a program. */
  readonly depth: number;
  readonly caller: Frame | undefined;
  /** Identifies the call of a function by the program and the chain of calls. */
  readonly context: string;
  /** The slot of the current instruction in `code.section`. */
  slot: number;
}

/** The callbacks of the interpreter. */
export interface Visitor {
  /** Called before each instruction. Do not keep the state. */
  visit(frame: Frame, state: State): void;
  /**
   * Called for a helper or kernel function. Returns its return value.
   *
   * @param name - The name, without `bpf_` for a helper. Empty if unknown.
   * @param run - Runs a callback function of the object.
   */
  call(
    name: string,
    frame: Frame,
    state: State,
    run: (callback: Value, args: readonly Value[]) => void,
  ): Value;
}

// The limit of the verifier. Without it, a recursive function would never end.
const MAX_DEPTH = 8;

const FRAME_POINTER = 10;

/**
 * An abstract interpreter for the functions of an object. It follows both directions of a branch and each call of a
 * function, until the states no longer change.
 */
export class Interpreter {
  readonly #code: Code;
  readonly #visitor: Visitor;
  readonly #targets = new Map<number, ReadonlySet<number>>();
  #left: number;

  /** @param budget - The maximum number of instructions to run. */
  constructor(code: Code, visitor: Visitor, budget: number) {
    this.#code = code;
    this.#visitor = visitor;
    this.#left = budget;
  }

  /** Whether all paths were run. False if the budget was exhausted. */
  get isComplete(): boolean {
    return this.#left > 0;
  }

  runProgram(code: CodeFunction): void {
    const state = new State();
    state.registers[1] = pointer(things.context);
    const context = `${code.section}:${code.start}`;
    this.#run({ code, depth: 0, caller: undefined, context, slot: code.start }, state);
  }

  /** Returns the state at the end of the function. Undefined if it never ends. */
  #run(frame: Frame, entry: State): State | undefined {
    const { code } = frame;
    const targets = this.#targetsIn(code.section);
    entry.registers[FRAME_POINTER] = pointer(things.frame(frame.context, frame.depth));
    const states = new Map([[code.start, entry]]);
    const work = [code.start];
    let end: State | undefined;
    const reach = (slot: number, state: State): void => {
      const known = states.get(slot);
      if (known === undefined) states.set(slot, state.copy());
      else if (!known.join(state)) return;
      if (!work.includes(slot)) work.push(slot);
    };
    for (let start = work.pop(); start !== undefined; start = work.pop()) {
      const state = (states.get(start) as State).copy();
      for (let slot = start; slot < code.end; ) {
        const instruction = this.#code.instruction(code.section, slot);
        if (instruction === undefined || --this.#left <= 0) break;
        frame.slot = slot;
        this.#visitor.visit(frame, state);
        const next = slot + instruction.slots;
        if (instruction.opcode === opcodes.exit) {
          if (end === undefined) end = state.copy();
          else end.join(state);
          break;
        }
        const target = jumpTarget(instruction, slot);
        if (target === undefined) this.#step(frame, slot, instruction, state);
        else {
          reach(target, state);
          if (!isConditional(instruction.opcode)) break;
        }
        if (targets.has(next)) {
          reach(next, state);
          break;
        }
        slot = next;
      }
    }
    return end;
  }

  #targetsIn(section: number): ReadonlySet<number> {
    const found = this.#targets.get(section) ?? new Set(this.#code.jumpTargets(section));
    this.#targets.set(section, found);
    return found;
  }

  #step(frame: Frame, slot: number, instruction: Instruction, state: State): void {
    const { registers } = state;
    const { opcode, dst, src, offset, imm } = instruction;
    const kind = opcode & 7;
    const mode = opcode & 0xe0;
    const size = accessSize(opcode);
    switch (kind) {
      case classes.alu:
      case classes.alu64: {
        const right = (opcode & REGISTER) === 0 ? constant(imm) : registers[src];
        registers[dst] = arithmetic(opcode, offset, registers[dst], right, kind === classes.alu);
        return;
      }
      case classes.ld:
        if (opcode === opcodes.loadImm64) registers[dst] = this.#loaded(frame, slot, instruction);
        else clobber(registers);
        return;
      case classes.ldx:
        registers[dst] = mode === modes.mem ? loadFrom(state, registers[src], offset, size) : undefined;
        return;
      case classes.st:
        storeTo(state, registers[dst], offset, size, constant(imm));
        return;
      case classes.stx:
        storeTo(state, registers[dst], offset, size, mode === modes.mem ? registers[src] : undefined);
        if (mode === modes.atomic) {
          registers[0] = (imm & 0xf0) === 0xf0 ? undefined : registers[0];
          if ((imm & 1) !== 0 || imm === 0x100) registers[imm === 0x100 ? dst : src] = undefined;
        }
        return;
      default:
        if ((opcode & 0xf0) === jump.call) this.#call(frame, slot, instruction, state);
    }
  }

  #loaded(frame: Frame, slot: number, instruction: Instruction): Value {
    const { section } = frame.code;
    const found = this.#code.loaded(section, slot, instruction);
    if (found !== undefined) return pointer(found.thing, found.offset);
    if (instruction.src !== 0 || this.#code.symbolName(section, slot) !== undefined) return undefined;
    return constant(Number(BigInt.asIntN(64, instruction.value ?? 0n)));
  }

  #call(frame: Frame, slot: number, instruction: Instruction, state: State): void {
    const { registers } = state;
    const { section } = frame.code;
    let result: Value;
    const isLocal = instruction.opcode === opcodes.call && instruction.src === calls.local;
    const callee = isLocal ? this.#code.callee(section, slot, instruction) : undefined;
    if (callee !== undefined) result = this.#enter(frame, callee, registers.slice(1, 6), state);
    else {
      // In an object, a call of a kernel function is a call of a function that the object does not have.
      const isKfunc = isLocal || instruction.src === calls.kfunc;
      const name = (isKfunc ? this.#code.symbolName(section, slot) : instruction.helper) ?? "";
      result = this.#visitor.call(name, frame, state, (callback, args) => {
        const [only, second] = callback ?? [];
        if (second !== undefined || only?.kind !== "pointer" || only.to.kind !== "function") return;
        const callee = this.#code.functionAt(only.to.section, only.to.slot);
        if (callee !== undefined) this.#enter(frame, callee, args, state);
      });
      frame.slot = slot;
    }
    clobber(registers);
    registers[0] = result;
  }

  /** Runs a function of the object. Updates the memory of `state`. Returns the return value of the function. */
  #enter(caller: Frame, code: CodeFunction, args: readonly Value[], state: State): Value {
    if (caller.depth + 1 >= MAX_DEPTH) return undefined;
    const { slot } = caller;
    const context = `${caller.context} ${slot}`;
    const frame: Frame = { code, depth: caller.depth + 1, caller, context, slot: code.start };
    const registers: Value[] = [undefined, ...args.slice(0, 5)];
    while (registers.length <= FRAME_POINTER) registers.push(undefined);
    const end = this.#run(frame, state.called(registers));
    caller.slot = slot;
    if (end === undefined) return undefined;
    const own: Thing = things.frame(frame.context, frame.depth);
    end.drop(own);
    state.takeMemory(end);
    return end.registers[0];
  }
}

/** A call makes the argument registers undefined. */
function clobber(registers: Value[]): void {
  registers.fill(undefined, 0, 6);
}
