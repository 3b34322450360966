import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import { fieldsOf, rangeInWords, signedBounds } from "../registers.ts";
import { type Rule, rule } from "../rule.ts";
import { bytes } from "./bytes.ts";
import { code, numberIn } from "./number.ts";
import { element } from "./stack.ts";

/** Accesses that are outside of a value or of memory, or forbidden there. */
export const memoryRules: readonly Rule[] = [
  rule(
    "value-bounds",
    /^invalid access to map (value|key), (?:value|key)_size=(\d+) off=(-?\d+) size=(\d+)$/,
    ([what = "value", whole = "0", off = "0", size = "0"], c) => {
      const map = c.at && c.map(baseOf(c));
      return outside(c, `a ${what} of ${map === undefined ? "the map" : `map "${map}"`}`, whole, off, size);
    },
  ),
  rule(
    "memory-bounds",
    /^invalid access to memory, mem_size=(\d+) off=(-?\d+) size=(\d+)$/,
    ([whole = "0", off = "0", size = "0"], c) => outside(c, memoryWords(c), whole, off, size),
  ),
  rule(
    "buffer-bounds",
    /^(R\d+) invalid (\w+) buffer access: off=(-?\d+), size=(\d+)$/,
    ([, , off = "0", size = "0"]) => ({
      title: `${bytes(size)} at offset ${off} ${size === "1" ? "is" : "are"} outside of the buffer`,
      help: "Access the buffer from its start on, within the size that it has",
    }),
  ),
  rule("buffer-bounds", /^(R\d+) invalid variable buffer offset: off=/, ([register = ""], c) => ({
    title: `${c.name(register)} is accessed at an offset that is not constant`,
    help: "Access the buffer at constant offsets only",
  })),
  rule("buffer-bounds", /^(R\d+) invalid negative \w+ buffer offset: /, ([register = ""], c) => ({
    title: `${c.name(register)} is accessed before its start`,
    help: "Access the buffer at offsets that are not negative",
  })),
  rule("read-only-map", /^write into map forbidden(?:, value_size=\d+ off=-?\d+ size=\d+)?$/, (_, c) => {
    const map = c.map(baseOf(c));
    const type = map && c.facts.mapType?.(map);
    const isRodata = /\.rodata/.test(map ?? "");
    return {
      title: isRodata
        ? "a const variable is written: variables of .rodata are read-only once the program is loaded"
        : `${map === undefined ? "the map" : `map "${map}"`} is read-only for programs`,
      label: "written here",
      help: isRodata
        ? "Leave out const, so that the variable is an ordinary global, or set its value before loading"
        : /^devmap/.test(type ?? "")
          ? `Change it from user space: programs cannot write to maps of type "${type}"`
          : map === undefined
            ? "Leave out const where a variable is to be written (const variables are such a map), make the map without BPF_F_RDONLY_PROG, or change it from user space: programs never write to a devmap"
            : `Make map "${map}" without BPF_F_RDONLY_PROG, or change it from user space`,
    };
  }),
  rule("write-only-map", /^read from map forbidden/, (_, c) => {
    const map = c.map(baseOf(c));
    return {
      title: `${map === undefined ? "the map" : `map "${map}"`} may only be written by programs`,
      help: `Make ${map === undefined ? "the map" : `map "${map}"`} without BPF_F_WRONLY_PROG`,
    };
  }),
  rule("read-only-memory", /^(R\d+) cannot write into (\S+)$/, ([register = "", what = ""], c) => ({
    title: `${c.name(register)} leads to memory that a program may only read (${what})`,
    label: "written here",
    help:
      /rdonly_mem/.test(what) && usesSlice(c)
        ? "Take bpf_dynptr_slice_rdwr() where the slice is to be written"
        : what === "map_key"
          ? "Copy the key to the stack, and change the copy"
          : /sock/.test(what)
            ? "Members of sockets are read-only: change a socket with bpf_setsockopt() or another helper"
            : "Write to memory of the program instead: a map value, the stack, a record",
  })),
  rule("read-only-memory", /^write to change key (R\d+) not allowed$/, ([register = ""], c) => ({
    title: `${c.name(register)} points to the key of a map, which is read-only`,
    label: "written here",
    help: "Copy the key to the stack, and change the copy",
  })),
  rule("read-only-memory", /^only read (?:is|from (\S+) is) supported$/, ([what], c) =>
    /^map_ptr/.test(c.value(baseOf(c)) ?? "")
      ? {
          title: `${c.name(baseOf(c))} is a map, and is written as if it were a value`,
          marks: [c.made(baseOf(c), () => "the map comes from here")],
          label: "written here",
          help: "Change its elements: bpf_map_lookup_elem() with this map, or bpf_map_update_elem()",
        }
      : {
          title: `${what === undefined ? "a struct of the kernel" : what} is written, which programs may only read`,
          label: "written here",
          help: "Change it with a helper or kfunc that is made for it",
        },
  ),
  rule("read-only-memory", /^no write support to (\w+) at off -?\d+$/, ([struct = ""]) => ({
    title: `a member of struct ${struct} is written that programs may only read`,
    label: "written here",
    help:
      struct === "tcp_sock"
        ? "Programs write few members of it, such as snd_cwnd, snd_ssthresh and icsk_ca_priv: change others with bpf_setsockopt()"
        : `Programs write few members of struct ${struct}: use the helpers and kfuncs for it`,
  })),
  rule(
    "kernel-struct-bounds",
    /^(?:access beyond (?:struct (\w+)|the end of member (\w+)) |cannot access ptr member (\w+) with moff)/,
    ([struct, member, part], c) => ({
      title:
        part === undefined
          ? `the access ends beyond ${struct === undefined ? `member ${member}` : `struct ${struct}`}`
          : `a part of member ${part}, a pointer, is read`,
      help: ownObject(c)
        ? "Use an index inside of the object: it has the size of the struct that bpf_obj_new() was given"
        : "Take its declaration from this kernel's vmlinux.h, with __attribute__((preserve_access_index))",
    }),
  ),
  rule(
    "misaligned",
    /^misaligned (?:(\w+) )?access off (.+) size (\d+)$/,
    ([where = "memory", off = "", size = ""], c) => ({
      title: `an access of ${bytes(size)} is misaligned: it is at offset ${offsetIn(off)}`,
      label: `not a multiple of ${size}`,
      help:
        c.at?.operation.kind === "atomic"
          ? `Align the field to ${bytes(size)}: atomic operations need it (no packed struct, an offset that is a multiple of ${size})`
          : where === "stack"
            ? `Pointers, and accesses to the stack that are not by constants, must be at a multiple of ${size}: align the variable, or take it out of a packed struct`
            : `Align the field to ${bytes(size)}, or read it with smaller accesses (no packed struct here)`,
    }),
  ),
  rule(
    "kernel-pointer-bounds",
    /^(R\d+) is (?:ptr_)?(\w+) invalid (negative access|variable offset)/,
    ([register = "", struct = "", what]) => ({
      title: `${register} points into struct ${struct} with ${what === "variable offset" ? "an offset that is not constant" : "a negative offset"}`,
      help: "Access members of kernel structs by name, and array members with a constant index",
    }),
  ),
  rule(
    "percpu-access",
    /^(R\d+) is ptr_(\w+) access (percpu|user) memory: off=/,
    ([register = "", struct = "", what = ""], c) => ({
      title: `${c.name(register)} is a ${what === "user" ? "user space" : "per-CPU"} pointer to struct ${struct}, and cannot be read directly`,
      help:
        what === "user"
          ? "Copy from it with bpf_probe_read_user() or bpf_copy_from_user()"
          : "Take the object of a CPU with bpf_this_cpu_ptr() or bpf_per_cpu_ptr() first",
    }),
  ),
];

function outside(c: Case, what: string, whole: string, off: string, size: string): Finding {
  const base = baseOf(c);
  if (size === "0" && c.callee !== undefined)
    return {
      title: `a length that ${c.callee}() receives may be zero for the verifier`,
      label: "the length may be zero",
      help: `Compare the length so that it is at least 1, and at most the ${bytes(whole)} of the memory: mask it, or compare it by itself, as an unsigned number`,
    };
  const value = c.value(base) ?? "";
  const variable = fieldsOf(value).get("umax") ?? fieldsOf(value).get("smax");
  const start = Number(off);
  const where = start < 0 ? "before the start" : "past the end";
  const title = `${bytes(size)} at offset ${off} ${size === "1" ? "is" : "are"} ${where} of ${what}, which has ${bytes(whole)}`;
  const length = start >= 0 ? lengthOf(c, base, Number(size)) : undefined;
  if (length !== undefined)
    return {
      title: `${title}: ${length.name}, a length that ${c.callee}() receives, may be ${size}`,
      label: `${length.name} may be ${size}`,
      marks: [c.made(base, () => "the pointer comes from here"), ...length.marks],
      help: `Limit the length to the ${bytes(`${Math.max(Number(whole) - start, 0)}`)} that are there${code(length.name, `if (${length.name} > ${Math.max(Number(whole) - start, 0)}) return …`)}`,
    };
  const added = c
    .origin(base)
    .changes.find(({ operation }) => operation.kind === "arithmetic" && /^r\d+$/.test(operation.operand));
  const part = element(c, base.toUpperCase());
  if (added === undefined || added.operation.kind !== "arithmetic")
    return {
      title,
      label: `ends ${where} of ${bytes(whole)}`,
      marks: [c.made(base, () => "the pointer comes from here")],
      help:
        start < 0
          ? "Use an offset that is not negative"
          : part !== undefined
            ? `Pass all ${bytes(size)} of ${part}`
            : hasLength(c, base)
              ? `Give the size of what the pointer leads to, with sizeof: at most ${bytes(Math.max(Number(whole) - start, 0))} are there`
              : `Use an index or offset inside of the ${bytes(whole)}: offset + size must not be past ${whole}`,
    };
  const { name, bounds, marks } = numberIn(c, added.operation.operand, added);
  return {
    title,
    label: "may be outside",
    marks: [{ step: added, label: `${name} is added here` }, ...marks],
    notes: [
      bounds && `${name} is ${rangeInWords(bounds)}`,
      variable === undefined ? undefined : `the offset may be up to ${variable}`,
    ],
    help:
      start < 0
        ? `Make ${name} unsigned, or check that it is not negative`
        : `Check the index before it is used, so that the last element ends within ${bytes(whole)}${code(name, `if (${name} >= …) return …`)}`,
  };
}

/** The length argument after a pointer argument of a helper, if it is not a constant and may be that large. */
function lengthOf(c: Case, base: string, most: number) {
  const register = `r${Number(base.slice(1)) + 1}`;
  const bounds = c.callee === undefined ? undefined : signedBounds(c.value(register) ?? "");
  if (bounds === undefined || bounds.min === bounds.max || bounds.max !== BigInt(most)) return undefined;
  return numberIn(c, register);
}

/** Whether the argument after a pointer argument of a helper is a constant number. */
function hasLength(c: Case, base: string): boolean {
  const register = `r${Number(base.slice(1)) + 1}`;
  const made = c.origin(register).step?.operation;
  const bounds = signedBounds(c.value(register) ?? (made?.kind === "constant" ? made.value : ""));
  return c.callee !== undefined && bounds !== undefined && bounds.min === bounds.max && bounds.max > 0n;
}

function memoryWords(c: Case): string {
  const operation = c.origin(baseOf(c)).step?.operation;
  return operation?.kind === "helper" && operation.name === "bpf_ringbuf_reserve"
    ? "the record from bpf_ringbuf_reserve()"
    : "the memory";
}

/** The register whose memory the instruction at fault accesses. */
function baseOf(c: Case): string {
  const operation = c.at?.operation;
  if (operation?.kind === "load" || operation?.kind === "store" || operation?.kind === "atomic")
    return operation.base;
  if (isForbidden(c)) return "r1";
  const named = c.sentences
    .map((text) => /^(R\d+) (?:max|min|unbounded|offset)/.exec(text)?.[1])
    .find(Boolean);
  if (named !== undefined) return named.toLowerCase();
  // A call: the first argument that is a pointer of the kind.
  for (const register of ["r1", "r2", "r3", "r4", "r5"]) {
    const value = c.value(register);
    if (
      value !== undefined &&
      signedBounds(value) === undefined &&
      /^(map_value|map_key|mem|ringbuf_mem|alloc_mem)/.test(value)
    )
      return register;
  }
  return "r1";
}

/** Whether the verifier refused the access to a whole map, and not one to a value. */
function isForbidden(c: Case): boolean {
  return c.sentences.some((text) => /^(?:write into|read from) map forbidden$/.test(text));
}

function ownObject(c: Case): boolean {
  const operation = c.origin(baseOf(c)).step?.operation;
  return operation?.kind === "helper" && /^bpf_(percpu_)?obj_new|^bpf_refcount_acquire/.test(operation.name);
}

function usesSlice(c: Case): boolean {
  return c.path.steps.some(
    ({ operation }) => operation.kind === "helper" && operation.name === "bpf_dynptr_slice",
  );
}

/** The sum that the verifier prints by its parts: `0+0+4`. */
function offsetIn(parts: string): string {
  const numbers = parts.replace(/^\(0x0; 0x0\)\+/, "").split(/\+/);
  return numbers.every((part) => /^-?\d+$/.test(part))
    ? `${numbers.reduce((sum, part) => sum + Number(part), 0)}`
    : parts;
}
