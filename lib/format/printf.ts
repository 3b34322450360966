/** An argument of {@link printf}. Integers of C have a size, which `%u` and `%x` need for negative values. */
export interface PrintfArgument {
  value: number | bigint | boolean | string;
  /** Bytes. */
  size: number;
}

const conversions = /%([-+ #0]*)(\d*)(?:\.(\d*))?(?:hh?|ll?|[jzt])?([%diuxXoscp])/g;

/** The text of a format of C. A conversion without an argument, or of another kind, stays as it is. */
export function printf(format: string, args: readonly PrintfArgument[]): string {
  let next = 0;
  return format.replace(conversions, (whole, flags: string, width: string, precision, letter: string) => {
    if (letter === "%") return "%";
    const argument = args[next++];
    if (argument === undefined) return whole;
    const isNumber = typeof argument.value !== "string" && letter !== "s" && letter !== "c";
    const text = isNumber
      ? numberText(argument, letter, flags, precision)
      : plainText(argument, letter, precision);
    if (flags.includes("-")) return text.padEnd(Number(width));
    if (!isNumber || !flags.includes("0") || precision !== undefined) return text.padStart(Number(width));
    const [sign = ""] = /^(?:[-+ ]|0[xX])?/.exec(text) as RegExpExecArray;
    return sign + text.slice(sign.length).padStart(Number(width) - sign.length, "0");
  });
}

function plainText({ value }: PrintfArgument, letter: string, precision: string | undefined): string {
  if (letter === "c" && typeof value === "number") return String.fromCharCode(value & 0xff);
  return String(value).slice(0, precision === undefined ? undefined : Number(precision));
}

function numberText(argument: PrintfArgument, letter: string, flags: string, precision = ""): string {
  const number = BigInt(argument.value);
  const unsigned = BigInt.asUintN(argument.size * 8, number);
  if (letter === "p") return `0x${unsigned.toString(16)}`;
  const isSigned = letter === "d" || letter === "i";
  const radix = letter === "o" ? 8 : letter === "x" || letter === "X" ? 16 : 10;
  const magnitude = isSigned && number < 0n ? -number : isSigned ? number : unsigned;
  const digits = magnitude.toString(radix).padStart(Number(precision), "0");
  if (isSigned)
    return (number < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") + digits;
  const prefix = !flags.includes("#") || magnitude === 0n ? "" : radix === 16 ? "0x" : radix === 8 ? "0" : "";
  return letter === "X" ? (prefix + digits).toUpperCase() : prefix + digits;
}
