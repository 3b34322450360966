import { asm, EbpfError } from "../../../lib/index.ts";
import { makers } from "../../../test/asm/random-instruction.ts";
import { Random } from "../../../test/support/random.ts";
import type { Target } from "./target.ts";

// Most of these inputs are read: they are valid code with one or two changes. Those of the targets `instructions` and
// `assembly` are refused soon.

const MOST_SLOTS = 24;
// Asking for coverage costs more than hundreds of inputs as short as these.
const BATCH = 256;
const random = new Random(1);
const seeds = Array.from({ length: 64 }, () =>
  asm.encode(Array.from({ length: 8 }, () => random.pick(makers)(random))),
);

/** Instructions of which fields are changed, and instructions are added, removed and moved. */
export const code: Target = {
  name: "code",
  batch: BATCH,
  keepsRefused: false,
  seeds,
  mutate: mutateCode,
  read(input) {
    const decoded = asm.decode(input);
    const again = asm.encode(asm.parse(asm.print(decoded)));
    if (Buffer.compare(again, input) !== 0)
      throw new Error(`print and parse give ${Buffer.from(again).toString("hex")}`);
    asm.print(decoded, { notation: "llvm", numbers: true });
    // Jumps may lead out of the code.
    attempt(() => asm.encode(asm.withLabels(decoded)));
  },
};

/** Lines of which words, numbers and signs are replaced by others that such lines have. */
export const codeText: Target = {
  name: "code-text",
  batch: BATCH,
  keepsRefused: false,
  seeds: seeds.flatMap((bytes) =>
    (["kernel", "llvm"] as const).map((notation) => Buffer.from(asm.print(asm.decode(bytes), { notation }))),
  ),
  mutate: mutateLines,
  read(input) {
    const items = asm.parse(Buffer.from(input).toString("utf8"));
    const bytes = asm.encode(items);
    const again = asm.encode(asm.parse(asm.print(asm.decode(bytes))));
    if (Buffer.compare(again, bytes) !== 0)
      throw new Error(`print and parse give ${Buffer.from(again).toString("hex")}`);
  },
};

function attempt(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
  }
}

function mutateCode(input: Uint8Array, random: Random): Uint8Array {
  const slots = Array.from({ length: input.length >> 3 }, (_, i) => input.slice(i * 8, i * 8 + 8));
  for (let n = 1 + random.below(3); n > 0; n--) changeSlots(slots, random);
  return Buffer.concat(slots.slice(0, MOST_SLOTS));
}

const edges = [0, 1, -1, 7, 8, 0x7fff, -0x8000, 0x7fff_ffff, -0x8000_0000, 10, 16, 32, 64];

function changeSlots(slots: Uint8Array[], random: Random): void {
  const at = random.below(slots.length + 1);
  const slot = slots[at];
  if (slot === undefined || random.below(4) === 0) {
    slots.splice(at, random.below(2), asm.encode([random.pick(makers)(random)]));
    return;
  }
  const view = Buffer.from(slot.buffer, slot.byteOffset, slot.length);
  switch (random.below(6)) {
    case 0:
      slot[0] = random.below(256);
      break;
    case 1:
      slot[1] = random.below(256);
      break;
    case 2:
      view.writeInt16LE((random.pick(edges) << 16) >> 16, 2);
      break;
    case 3:
      view.writeInt32LE(random.pick(edges), 4);
      break;
    case 4:
      slots.splice(at, 1);
      break;
    default:
      slots.splice(random.below(slots.length), 0, slot.slice());
  }
}

// Words are mostly replaced by others of their kind.
const kinds: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^r\d+$/, "r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11".split(" ")],
  [/^w\d+$/, "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w11".split(" ")],
  [/^[ui]\d+$/, "u8 u16 u32 u64 i8 i32".split(" ")],
  [/^s\d+$/, "s8 s16 s32 s64".split(" ")],
  [/^(be|le|bswap)\d+$/, "be16 be32 be64 le16 le64 bswap16 bswap32 bswap64 be8".split(" ")],
  [/^\d/, "0 1 2 10 255 0x7f 32767 32768 0x7fffffff 4294967296 0xffffffffffffffff 1e3 00".split(" ")],
  [/^s?[-+*/%&|^<>]+=$/, "+= -= *= /= %= &= |= ^= <<= >>= s>>= s/= s%=".split(" ")],
  [/^s?([<>!=]=|[<>])$/, "== != < > <= >= s< s> s<= s>=".split(" ")],
  [/^[-+]$/, ["+", "-"]],
];
const words = [
  ..."skb lock ll goto gotol gotox if may_goto call callx exit map fd idx value subprog ksym".split(" "),
  ..."atomic_fetch_add atomic64_xchg cmpxchg_64 load_acquire store_release addr_space_cast".split(" "),
  ..."bpf_map_lookup_elem void imm offset src dst high".split(" "),
];
const signs = "+ - * ( ) [ ] { } : ; , = += -= s/= s%= s>>= <<= == != < s<= & ^= < > # ! ~ \" '".split(" ");

function mutateLines(input: Uint8Array, random: Random): Uint8Array {
  const lines = Buffer.from(input).toString("utf8").split("\n");
  for (let n = 1 + random.below(2); n > 0; n--) {
    const at = random.below(lines.length);
    if (random.below(6) === 0) lines.splice(at, random.below(2), random.pick(lines));
    else lines[at] = changeLine(lines[at] as string, random);
  }
  return Buffer.from(lines.slice(0, MOST_SLOTS).join("\n"));
}

function changeLine(line: string, random: Random): string {
  const parts = line.match(/\w+=?|\s+|[^\w\s()[\]]+|[^\w\s]/g) ?? [];
  const at = random.below(parts.length + 1);
  const part = parts[at] ?? "";
  const alike = kinds.find(([pattern]) => pattern.test(part))?.[1];
  switch (random.below(16)) {
    case 0:
      parts.splice(at, 1);
      break;
    case 1:
      parts.splice(at, 0, random.pick(random.pick([words, signs])));
      break;
    case 2:
      parts.splice(at, 1, random.pick(random.pick([words, signs])));
      break;
    default:
      if (alike !== undefined) parts.splice(at, 1, random.pick(alike));
  }
  return parts.join("");
}
