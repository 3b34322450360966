import { execFileSync } from "node:child_process";
import { asm, type MapInfo, type Program } from "../../lib/index.ts";

// bpftool 7.1 writes these differently:
// - The target of a jump as a distance. We write a label. Both are compared as the slot.
// - The callee of a call of a subprogram as a distance and the symbol of its machine code. We write its label. Both are
//   compared as the slot.
// - A callback as a distance. We write its label.
// - A map by its ID. We write its name.
// - A function as its C declaration. We write its name as a label.
// - A line of C without its place.
// - The move of a pointer to per-CPU memory (`r0 = &(void __percpu *)(r0)`, Linux 6.10) as `r0 = r0`.

/**
 * The lines of `bpftool prog dump xlated`.
 *
 * @param maps - Those that the program may use.
 */
export function linesOfBpftool(program: Program, maps: Iterable<{ info(): MapInfo }>): string[] {
  const names = new Map(Array.from(maps, (map) => map.info()).map(({ id, name }) => [`${id}`, name]));
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
        .replace(/^( *(\d+):.*call )pc([+-]\d+)(#\w+)?$/, (_, head, slot, distance) => {
          return `${head}slot ${Number(slot) + 1 + Number(distance)}`;
        })
        .replace(/^( *(\d+):.*goto )pc([+-]\d+)$/, (_, head, slot, distance) => {
          return `${head}slot ${Number(slot) + 1 + Number(distance)}`;
        })
        .replace(/^( *(\d+): .* subprog\[)([+-]\d+)\]$/, (_, head, slot, distance) => {
          return `${head}slot ${Number(slot) + 1 + Number(distance)}]`;
        })
        .replace(/map\[id:(\d+)\]/, (_, id) => `map[${names.get(id)}]`),
    );
}

/** The lines of `asm.print`, in the form of {@link linesOfBpftool}. */
export function linesOfPrint(items: readonly asm.Item[]): string[] {
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
        .replace(/( call (?:subprog\[)?)([\w.]+?)\]?$/, (call, _, label) =>
          slots.has(label) ? ` call slot ${slots.get(label)}` : call,
        )
        .replace(/ subprog\[([\w.]+)\]$/, (_, label) => ` subprog[slot ${slots.get(label)}]`)
        .replace(/(r\d+) = &\(void __percpu \*\)\((r\d+)\)$/, "$1 = $2"),
    );
}
