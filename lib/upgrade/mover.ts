import * as asm from "../asm/index.ts";
import { fieldsOf, type Layout } from "../codec/layout.ts";
import { EINVAL } from "../errors/errno.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import type { MapBase } from "../map/index.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { Program } from "../program/index.ts";

/** A part of a value that one instruction changes. */
interface Piece {
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 8;
  /** `add`: the difference is added. `set`: the last value is stored, unless the new version stored another one. */
  readonly how: "add" | "set";
}

// The kernel allows 512 bytes of stack, and a context of 64 KiB.
const MAX_KEY = 480;
const MAX_VALUE = 32_000;

/**
 * Applies a change of one value to a map that programs change at the same time, without losing their changes. It uses a
 * program that adds and compares atomically, because user space could only replace whole values.
 */
export class Mover {
  readonly #program: Program<"syscall">;
  readonly #keySize: number;
  readonly #valueSize: number;

  constructor(map: MapBase, pieces: readonly Piece[]) {
    this.#keySize = roundUpTo8(map.keySize);
    this.#valueSize = roundUpTo8(map.valueSize);
    if (map.keySize > MAX_KEY || map.valueSize > MAX_VALUE)
      throw new InvalidArgumentError(
        `map "${map.name}" cannot be migrated: its keys have ${map.keySize} bytes and its values ${map.valueSize}, and the most are ${MAX_KEY} and ${MAX_VALUE}`,
      );
    this.#program = Program.create({
      type: "syscall",
      name: "ebpf_upgrade",
      license: "GPL",
      // BPF_F_SLEEPABLE, which the kernel requires of the type
      flags: 1 << 4,
      instructions: this.#instructions(map, pieces),
    });
  }

  /**
   * Applies the change of one entry, on the CPU of the calling thread.
   *
   * @returns The number of parts that the new version had changed too, which keep its value; undefined when the map has
   * no such entry.
   */
  move(key: Uint8Array, before: Uint8Array, after: Uint8Array): number | undefined {
    const context = new Uint8Array(this.#keySize + 2 * this.#valueSize);
    context.set(key, 0);
    context.set(before, this.#keySize);
    context.set(after, this.#keySize + this.#valueSize);
    const { returnValue } = this.#program.testRunSync({ context });
    return returnValue === EINVAL ? undefined : returnValue >> 8;
  }

  close(): void {
    this.#program.close();
  }

  #instructions(map: MapBase, pieces: readonly Piece[]): asm.Item[] {
    const { r0, r1, r2, r3, r6, r7, r8, r10 } = asm;
    const stack = -this.#keySize;
    const items: asm.Item[] = [asm.mov(r6, r1), asm.mov(r8, 0)];
    for (let at = 0; at < this.#keySize; at += 8)
      items.push(asm.load("u64", r1, r6, at), asm.store("u64", r10, stack + at, r1));
    items.push(
      asm.loadMap(r1, map),
      asm.mov(r2, r10),
      asm.add(r2, stack),
      asm.call("map_lookup_elem"),
      asm.jne(r0, 0, "found"),
      asm.mov(r0, EINVAL),
      asm.exit(),
      asm.label("found"),
      asm.mov(r7, r0),
    );
    for (const { offset, size, how } of pieces) {
      const width = `u${size * 8}` as "u64";
      const next = `after_${offset}`;
      items.push(
        asm.load(width, r1, r6, this.#keySize + offset),
        asm.load(width, r2, r6, this.#keySize + this.#valueSize + offset),
        asm.jeq(r1, r2, next),
      );
      if (how === "add") items.push(asm.sub(r2, r1), asm.atomicAdd(width, r7, offset, r2));
      else if (size >= 4)
        items.push(
          asm.mov(r0, r1),
          asm.mov(r3, r1),
          asm.compareExchange(width, r7, offset, r2),
          asm.jeq(r0, r3, next),
          asm.add(r8, 1 << 8),
        );
      else items.push(asm.store(width, r7, offset, r2));
      items.push(asm.label(next));
    }
    items.push(asm.mov(r0, r8), asm.exit());
    return items;
  }
}

/** A field that has no fields of its own. The elements of an array have the path of the array. */
interface Leaf {
  readonly path: string;
  readonly offset: number;
  readonly layout: Layout;
  /** Whether the kernel manages the field, so that programs cannot access it. */
  readonly kept: boolean;
  readonly isBitfield: boolean;
}

function* leavesOf(layout: Layout, offset = 0, path = "", kept = false, isBitfield = false): Generator<Leaf> {
  if (layout.kind === "record" && !kept) {
    for (const field of fieldsOf(layout.members)) {
      const at = path === "" ? field.name : `${path}.${field.name}`;
      yield* leavesOf(field.layout, offset + field.offset, at, field.kept, field.bits !== undefined);
    }
  } else if (layout.kind === "array" && !kept) {
    for (let index = 0; index < layout.length; index++)
      yield* leavesOf(layout.element, offset + index * layout.element.size, path);
  } else yield { path, offset, layout, kept, isBitfield };
}

/**
 * The counters of a value: integers of 4 or 8 bytes, which the kernel can add to. A field in a struct has the path
 * `struct.field`; a value that is an integer has an empty path.
 */
export function countersOf(value: Layout): Set<string> {
  return new Set([...leavesOf(value)].filter(isCounter).map(({ path }) => path));
}

function isCounter({ layout, kept, isBitfield }: Leaf): boolean {
  return layout.kind === "int" && (layout.size === 4 || layout.size === 8) && !kept && !isBitfield;
}

/**
 * The parts of a value.
 *
 * @param add - The paths of the fields that are counters.
 * @param onlyCounters - Whether to omit the other parts.
 */
export function piecesOf(
  value: Layout | undefined,
  size: number,
  add: ReadonlySet<string>,
  onlyCounters: boolean,
): Piece[] {
  const pieces: Piece[] = [];
  const covered = new Uint8Array(roundUpTo8(size));
  // Bytes after the end are not part of the value.
  covered.fill(1, size);
  const cover = (piece: Piece) => {
    pieces.push(piece);
    covered.fill(1, piece.offset, piece.offset + piece.size);
  };
  for (const leaf of value === undefined ? [] : leavesOf(value)) {
    const { path, offset, layout } = leaf;
    if (leaf.kept) covered.fill(1, offset, offset + layout.size);
    else if (add.has(path) && isCounter(leaf)) cover({ offset, size: layout.size as 4 | 8, how: "add" });
  }
  if (onlyCounters) return pieces;
  for (let offset = 0; offset < size; ) {
    const width = ([8, 4, 2, 1] as const).find(
      (each) => offset % each === 0 && covered.subarray(offset, offset + each).every((byte) => byte === 0),
    );
    if (width !== undefined) cover({ offset, size: width, how: "set" });
    offset += width ?? 1;
  }
  return pieces;
}
