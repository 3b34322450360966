import { execFileSync } from "node:child_process";
import { asm, type Program } from "../../lib/index.ts";

// bpftool 7.1 writes these differently:
// - The target of a jump as a distance. We write a label. Both are compared as the slot.
// - The callee of a call of a subprogram as a distance and the symbol of its machine code. We write its label.
// - A map by its ID. We write its name.
// - A function as its C declaration. We write its name as a label.
// - A line of C without its place.
// - The move of a pointer to per-CPU memory (`r0 = &(void __percpu *)(r0)`, Linux 6.10) as `r0 = r0`.

/** The lines of `bpftool prog dump xlated`. */
export function linesOfBpftool(program: Program): string[] {
  const id = String(program.info().id);
  const text = execFileSync("bpftool", ["prog", "dump", "xlated", "id", id], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line
        .replace(/^.*?(\w+)\(.*\):$/, "$1:")
        .replace(/call pc[+-]\d+#bpf_prog_[0-9a-f]+_(\w+)$/, "call $1")
        .replace(/^( *(\d+):.*goto )pc([+-]\d+)$/, (_, head, slot, distance) => {
          return `${head}slot ${Number(slot) + 1 + Number(distance)}`;
        }),
    );
}

/**
 * The lines of `asm.print`, in the form of {@link linesOfBpftool}.
 *
 * @param mapIds - The ID of each map by its name in the kernel.
 */
export function linesOfPrint(items: readonly asm.Item[], mapIds: ReadonlyMap<string, number>): string[] {
  const slots = new Map<string, number>();
  let slot = 0;
  for (const item of items) {
    if (item instanceof asm.Label) slots.set(item.name, slot);
    else slot += item.slots;
  }
  return asm
    .print(items, { numbers: true })
    .split("\n")
    .filter((line) => line !== "" && !/^L\d+:$/.test(line))
    .map((line) =>
      line
        .replace(/^(; .*) @ \S+:\d+$/, "$1")
        .replace(/goto (\w+)$/, (_, label) => `goto slot ${slots.get(label)}`)
        .replace(/map\[([\w.]+)\]/, (_, name) => `map[id:${mapIds.get(name)}]`)
        .replace(/(r\d+) = &\(void __percpu \*\)\((r\d+)\)$/, "$1 = $2"),
    );
}
