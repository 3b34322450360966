import { mountsOf } from "../../lib/kernel/mounts.ts";
import { Link } from "../../lib/link/index.ts";
import { pins } from "../../lib/pins/index.ts";
import { Program } from "../../lib/program/index.ts";
import { heldByProcesses } from "./kernel-objects.ts";

/** What holds each of these programs, maps and links: processes, pins, programs that use a map, links of a program. */
export function holdersOf(keys: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>(keys.map((key) => [key, []]));
  const add = (key: string, holder: string) => found.get(key)?.push(holder);
  for (const [key, processes] of heldByProcesses()) for (const process of processes) add(key, process);
  for (const { path } of mountsOf("bpf"))
    for (const pin of pins(path)) if (pin.kind !== "unknown") add(`${pin.kind} ${pin.id}`, `pin ${pin.path}`);
  for (const id of Program.ids())
    ifThere(() => {
      using program = Program.fromId(id);
      for (const map of program.info().mapIds) add(`map ${map}`, `program ${id}`);
    });
  for (const id of Link.ids())
    ifThere(() => {
      using link = Link.fromId(id);
      add(`program ${link.info().programId}`, `link ${id} (${link.info().type})`);
    });
  return found;
}

/** An object can disappear between the look-up of its ID and its use. */
function ifThere(visit: () => void): void {
  try {
    visit();
  } catch {}
}
