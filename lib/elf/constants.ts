export const sectionTypes = {
  null: 0,
  progbits: 1,
  symtab: 2,
  strtab: 3,
  rela: 4,
  dynamic: 6,
  note: 7,
  nobits: 8,
  rel: 9,
  dynsym: 11,
  gnuVerdef: 0x6fff_fffd,
  gnuVersym: 0x6fff_ffff,
} as const;
export const sectionFlags = { write: 1, alloc: 2, execInstr: 4, compressed: 0x800 } as const;
export const symbolTypes = { none: 0, object: 1, func: 2, section: 3, file: 4, gnuIfunc: 10 } as const;
export const symbolBindings = { local: 0, global: 1, weak: 2 } as const;
export const symbolVisibilities = { default: 0, internal: 1, hidden: 2, protected: 3 } as const;
export const fileTypes = { relocatable: 1, executable: 2, dynamic: 3 } as const;
export const segmentTypes = { load: 1, dynamic: 2 } as const;
export const segmentFlags = { exec: 1, write: 2, read: 4 } as const;

/** SHN_LORESERVE: section numbers from here on have special meanings. */
export const firstReservedSection = 0xff00;

const EM_NONE = 0;
const EM_BPF = 247;

const machineNames: Readonly<Record<number, string>> = {
  3: "x86",
  8: "MIPS",
  20: "PowerPC",
  21: "PowerPC64",
  22: "s390x",
  40: "ARM",
  62: "x86-64",
  183: "AArch64",
  243: "RISC-V",
  247: "BPF",
  258: "LoongArch",
};

/** `x86-64` for 62. */
export function machineName(machine: number): string {
  return machineNames[machine] ?? `machine ${machine}`;
}

/** Old versions of LLVM did not set the machine of BPF objects. */
export function isBpfMachine(machine: number): boolean {
  return machine === EM_BPF || machine === EM_NONE;
}
