import { constants } from "node:os";
import type { Layout } from "../../../codec/index.ts";
import {
  errnoName,
  formatIP,
  formatIPv4,
  formatIPv6,
  formatMac,
  syscallName,
  wallTime,
} from "../../../index.ts";
import { formatDuration } from "../../terminal/index.ts";

/** Formats the value of a field. `record` has the other fields; undefined means that the rule does not apply to it. */
export type FieldFormat = (value: unknown, record: unknown) => string | undefined;

/** A format for the values of fields with some names and types. The first rule that matches applies. */
interface Rule {
  name: RegExp;
  type(layout: Layout): boolean;
  format?: FieldFormat;
  /** In place of `format`, where the format depends on the name. */
  formatFor?(name: string): FieldFormat;
}

const isWord = (layout: Layout): boolean => layout.kind === "int" && layout.size === 4;
const isUnsigned64 = (layout: Layout): boolean =>
  layout.kind === "int" && layout.size === 8 && !layout.signed;
const isNetworkInteger =
  (size: number) =>
  (layout: Layout): boolean =>
    layout.kind === "int" && layout.order === "big" && layout.size === size;
const isInteger = (layout: Layout): boolean => layout.kind === "int";
const isBytes =
  (size: number) =>
  (layout: Layout): boolean =>
    (layout.kind === "bytes" || layout.kind === "chars") && layout.size === size;

const second = 1_000_000_000n;
const scales = { ns: 1n, us: 1000n, ms: 1_000_000n } as const;

const rules: readonly Rule[] = [
  // A field in network byte order is a port or an address, whatever its name.
  { name: /./, type: isNetworkInteger(2), format: (value) => `${value}` },
  { name: /./, type: isNetworkInteger(4), format: (value) => formatIPv4(value as number) },
  {
    name: /^([sdlr]|src|dst|local|remote|source|dest|peer)_?(addr|ip)(_?v4|4)?$|^(ip|addr)_?v?4$|^ip_?addr$/,
    type: (layout) => isWord(layout) && !(layout.kind === "int" && layout.signed),
    format: (value) => formatIPv4(memoryOf(value as number)),
  },
  { name: /addr|ip/, type: isBytes(4), format: (value) => formatIPv4(value as Uint8Array) },
  { name: /addr|ip|v6/, type: isBytes(16), format: formatAddress16 },
  { name: /mac|addr|h_(source|dest)|eth/, type: isBytes(6), format: macText },
  {
    name: /^(ts|time|timestamp|ktime|now|start|end|exit|start_time|exit_time|end_time|start_ts|end_ts)(_(ns|us|ms))?$/,
    type: isUnsigned64,
    formatFor: timeFormat,
  },
  { name: /_ns$|^ns$/, type: isInteger, format: (value) => durationText(value, 1n) },
  { name: /_us$|^us$/, type: isInteger, format: (value) => durationText(value, 1000n) },
  { name: /_ms$|^ms$/, type: isInteger, format: (value) => durationText(value, 1_000_000n) },
  {
    name: /^pid_?tgid$/,
    type: isUnsigned64,
    format: (value) => `${(value as bigint) >> 32n}/${(value as bigint) & 0xffff_ffffn}`,
  },
  { name: /^(ret|retval|err|errno|error|result)$/, type: isInteger, format: (value) => returnText(value) },
  {
    name: /^(syscall|sysno)(_?(nr|id))?$/,
    type: isInteger,
    format: (value) => syscallName(Number(value)) ?? undefined,
  },
  { name: /^sig(nal|nr|no)?$/, type: isInteger, format: (value) => signalText(Number(value)) },
  { name: /^(family|af|sa_family)$/, type: isInteger, format: (value) => families[Number(value)] },
  {
    name: /^r?dev$/,
    type: isWord,
    format: (value) => `${(value as number) >>> 20}:${(value as number) & 0xfffff}`,
  },
];

const families: Record<number, string> = { 1: "unix", 2: "IPv4", 10: "IPv6", 16: "netlink", 17: "packet" };

/** Returns the format of a field by its name and type; undefined for plain numbers and text. */
export function fieldFormat(name: string, layout: Layout): FieldFormat | undefined {
  const lower = name.toLowerCase();
  const rule = rules.find((one) => one.type(layout) && one.name.test(lower));
  return rule?.format ?? rule?.formatFor?.(lower);
}

/**
 * The time of day of an event. A duration can have such a name too, so a number is a time only if it is near the present
 * on the clock of bpf_ktime_get_ns; the start of something can be any time since boot.
 */
function timeFormat(name: string): FieldFormat {
  const scale = scales[(/_(ns|us|ms)$/.exec(name)?.[1] ?? "ns") as keyof typeof scales];
  const oldest = name.startsWith("start") ? undefined : 60n * second;
  return (value) => {
    const time = (value as bigint) * scale;
    const age = process.hrtime.bigint() - time;
    if (time < second || age < -second || (oldest !== undefined && age > oldest)) return undefined;
    return clockText(wallTime(time));
  };
}

/** Formats the local time of day with milliseconds: `13:04:05.678`. */
export function clockText(date: Date): string {
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    `${part}`.padStart(2, "0"),
  );
  return `${parts.join(":")}.${`${date.getMilliseconds()}`.padStart(3, "0")}`;
}

function durationText(value: unknown, scale: bigint): string {
  return formatDuration(BigInt(value as number | bigint) * scale);
}

/** The bytes of a `__u32`, into which programs copy addresses without a conversion. */
function memoryOf(word: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(word).buffer);
}

/** IPv6, or IPv4 in its first bytes if another field of the record says so. */
function formatAddress16(value: unknown, record: unknown): string | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  return familyOf(record) === 2 ? formatIP(2, value) : formatIPv6(value);
}

/** AF_INET or AF_INET6, if a field of the record has the family or the version of IP. */
export function familyOf(record: unknown): 2 | 10 | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const fields = record as Record<string, unknown>;
  const family = fields["family"] ?? fields["af"] ?? fields["sa_family"];
  if (family === 2 || family === 10) return family;
  const version = fields["ip_ver"] ?? fields["ipver"] ?? fields["ipversion"] ?? fields["ver"];
  if (version === 4) return 2;
  return version === 6 ? 10 : undefined;
}

function macText(value: unknown): string | undefined {
  return value instanceof Uint8Array ? formatMac(value) : undefined;
}

function returnText(value: unknown): string | undefined {
  const number = Number(value);
  if (number >= 0 || number < -4095) return undefined;
  return `${number} ${errnoName(-number)}`;
}

const signals = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

function signalText(number: number): string | undefined {
  const name = signals.get(number);
  return name === undefined ? undefined : `${number} ${name}`;
}
