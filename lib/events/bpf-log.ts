import { type Codec, cString } from "../codec/index.ts";
import { ownCodec } from "../codec/isolated.ts";
import { InvalidArgumentError, RecordError } from "../errors/index.ts";
import { formatIPv6, formatMac, KernelTime } from "../format/index.ts";
import { bytesText4 } from "../format/ip.ts";
import { type PrintfArgument, printf } from "../format/printf.ts";
import { littleEndian } from "./record-view.ts";

/** The level of a log: `ebpf_error()` to `ebpf_trace()`. */
export type BpfLogLevel = "error" | "warn" | "info" | "debug" | "trace";

/** By the numbers of `enum ebpf_log_level`. */
const levels: readonly (BpfLogLevel | undefined)[] = [undefined, "error", "warn", "info", "debug", "trace"];

/** The sizes of struct ebpf_log_record and struct ebpf_log_argument, and the only layout of the former. */
const HEAD = 24;
const ARGUMENT_HEAD = 8;
const LAYOUT = 1;

/** A log that a program wrote with `ebpf/log.bpf.h`. `String(log)` is its line. */
export class BpfLog {
  /** The level. */
  readonly level: BpfLogLevel;
  /** When the program wrote it. `time.ns` is the number of `bpf_ktime_get_ns()`. */
  readonly time: KernelTime;
  /** `EBPF_LOG_TARGET` of the source file, otherwise its name. */
  readonly target: string;
  /** The name of the source file. */
  readonly file: string;
  /** The line in the source file. */
  readonly line: number;
  /** The format with the arguments. */
  readonly message: string;
  /** The format as in the source. */
  readonly format: string;
  /**
   * The arguments: integers of up to 32 bits are numbers; of 64 bits, and pointers, bigints; addresses are text.
   */
  readonly args: readonly (number | bigint | boolean | string)[];

  /** @internal */
  constructor(fields: Omit<BpfLog, "toString">) {
    this.level = fields.level;
    this.time = fields.time;
    this.target = fields.target;
    this.file = fields.file;
    this.line = fields.line;
    this.message = fields.message;
    this.format = fields.format;
    this.args = fields.args;
  }

  /** `2026-01-31T12:00:00.123Z WARN  connect.bpf.c:12 10.0.0.1 refused`, with the target before the file if it has one. */
  toString(): string {
    const target = this.target === this.file ? "" : `${this.target} `;
    return `${this.time.toISOString()} ${this.level.toUpperCase().padEnd(5)} ${target}${this.file}:${this.line} ${this.message}`;
  }
}

/** Reads records of `ebpf/log.bpf.h`. @internal */
export const bpfLogCodec: Codec<BpfLog, never> = ownCodec({
  size: HEAD,
  name: "struct ebpf_log_record",
  read: (view: DataView, offset: number, end = view.byteLength) => new LogReader(view, offset, end).log(),
  write: () => {
    throw new InvalidArgumentError("only programs write logs");
  },
});

/** A position in one record. Nothing is read behind the end of the record. */
class LogReader {
  readonly #view: DataView;
  readonly #start: number;
  readonly #end: number;
  #next: number;

  constructor(view: DataView, start: number, end: number) {
    this.#view = view;
    this.#start = start;
    this.#end = end;
    this.#next = start;
  }

  log(): BpfLog {
    const head = this.#take(HEAD);
    const u16 = (offset: number): number => this.#view.getUint16(head + offset, littleEndian);
    const level = levels[this.#view.getUint8(head + 18)];
    if (level === undefined || this.#view.getUint32(head + 20, littleEndian) !== LAYOUT) throw this.#error();
    const format = this.#text(u16(12));
    const target = this.#text(u16(14));
    const file = this.#text(u16(16));
    const args = Array.from({ length: this.#view.getUint8(head + 19) }, () => this.#argument());
    return new BpfLog({
      level,
      time: new KernelTime(this.#view.getBigUint64(head, littleEndian)),
      target: target === "" ? file : target,
      file,
      line: this.#view.getUint32(head + 8, littleEndian),
      message: printf(format, args),
      format,
      args: args.map(({ value }) => value),
    });
  }

  #take(size: number): number {
    const at = this.#next;
    this.#next += size;
    if (this.#next > this.#end) throw this.#error();
    return at;
  }

  #bytes(size: number): Uint8Array {
    const at = this.#take(size);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, size);
  }

  /** A literal: its NUL and padding to eight bytes follow it. */
  #text(size: number): string {
    return cString(this.#bytes((size + 8) & ~7).subarray(0, size));
  }

  #argument(): PrintfArgument {
    const head = this.#take(ARGUMENT_HEAD);
    const kind = String.fromCharCode(this.#view.getUint16(head, littleEndian));
    const size = this.#view.getUint32(head + 4, littleEndian);
    const bytes = this.#bytes(this.#view.getUint16(head + 2, littleEndian));
    if (size > bytes.length) throw this.#error();
    return { value: this.#value(kind, size, bytes), size };
  }

  #value(kind: string, size: number, bytes: Uint8Array): PrintfArgument["value"] {
    switch (kind) {
      case "s":
        return cString(bytes.subarray(0, size));
      case "S":
        return `${cString(bytes.subarray(0, size))}…`;
      case "4":
        return bytesText4(bytes.subarray(0, size));
      case "6":
        return formatIPv6(bytes.subarray(0, size));
      case "m":
        return formatMac(bytes.subarray(0, size));
    }
    const word = this.#view.getBigUint64(bytes.byteOffset - this.#view.byteOffset, littleEndian);
    if (kind === "b") return word !== 0n;
    if (kind === "p" || (kind === "u" && size === 8)) return word;
    if (kind === "u") return Number(word);
    if (kind !== "i") throw this.#error();
    return size === 8 ? BigInt.asIntN(64, word) : Number(BigInt.asIntN(64, word));
  }

  #error(): RecordError {
    const bytes = new Uint8Array(
      this.#view.buffer,
      this.#view.byteOffset + this.#start,
      this.#end - this.#start,
    );
    return new RecordError("was not written by ebpf/log.bpf.h", {
      source: "a ring of logs",
      bytes: bytes.slice(),
    });
  }
}
