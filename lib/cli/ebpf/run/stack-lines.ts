import { fieldsOf, type Layout } from "../../../codec/index.ts";
import { type Collection, EbpfError, StackTraceMap, UserSymbols } from "../../../index.ts";
import { printable } from "../../terminal/index.ts";
import { kernelSymbol } from "../values/kernel-address.ts";
import type { BufferView } from "./view.ts";

type Fields = Record<string, unknown>;

/** Returns the addresses of one stack of a record, the innermost first. */
type FindStack = (record: Fields) => bigint[];

/** The most frames of a stack that are shown. */
const MOST_FRAMES = 32;

/** The stacks of records by name: of IDs in a stack map, and of arrays of addresses. */
export class StackLines {
  readonly #stacks: readonly FindStack[];
  #users: UserSymbols | undefined;

  constructor(coll: Collection, buffers: readonly BufferView[]) {
    const maps = Object.values(coll.maps).filter(
      (map) => map instanceof StackTraceMap,
    ) as unknown as StackTraceMap[];
    const names = new Map<string, FindStack>();
    for (const { types } of buffers) {
      for (const layout of types.values()) {
        if (layout?.kind !== "record") continue;
        for (const field of fieldsOf(layout.members)) {
          const find = stackOf(field.name, field.layout, maps);
          if (find !== undefined) names.set(field.name, find);
        }
      }
    }
    this.#stacks = [...names.values()];
  }

  /** Returns a line for each frame of the stacks of a record. */
  of(record: unknown): string[] {
    if (this.#stacks.length === 0 || typeof record !== "object" || record === null) return [];
    const fields = record as Fields;
    return this.#stacks.flatMap((find) =>
      find(fields)
        .slice(0, MOST_FRAMES)
        .map((address, depth) => printable(this.#name(address, depth, fields))),
    );
  }

  #name(address: bigint, depth: number, fields: Fields): string {
    const kernel = kernelSymbol(address);
    if (kernel !== undefined) return kernel;
    const pid = Number(fields["tgid"] ?? fields["pid"] ?? 0);
    if (pid > 0 && address < 1n << 63n) {
      this.#users ??= new UserSymbols();
      // The address of a caller is that of the next instruction, which can belong to another function.
      const found = this.#users.find(pid, depth === 0 ? address : address - 1n);
      if (found?.name !== undefined) return `${found.name} ${found.file ?? ""}`.trimEnd();
    }
    return `0x${address.toString(16)}`;
  }
}

function stackOf(name: string, layout: Layout, maps: readonly StackTraceMap[]): FindStack | undefined {
  if (layout.kind === "int" && /stack_?id$|^stack(id)?$/i.test(name)) {
    const [map] = maps;
    if (map === undefined) return undefined;
    return (record) => framesOf(map, Number(record[name]));
  }
  if (layout.kind === "array" && layout.element.size === 8 && /stack|stk|callchain|^ips?$/i.test(name))
    return (record) => {
      const all = Array.from(record[name] as ArrayLike<number | bigint>, BigInt);
      const end = all.indexOf(0n);
      return end < 0 ? all : all.slice(0, end);
    };
  return undefined;
}

function framesOf(map: StackTraceMap, id: number): bigint[] {
  // bpf_get_stackid returns a negative errno in place of an ID.
  if (id < 0) return [];
  try {
    return (map.get(id) ?? []).map(({ address }) => address);
  } catch (error) {
    if (error instanceof EbpfError) return [];
    throw error;
  }
}
