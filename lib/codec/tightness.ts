import type { Slack } from "./slack.ts";

/** Whether storing the value at an offset would give the same bytes, by the slack. */
export type IsTight = (view: DataView, offset: number) => boolean;

/** The check for a slack, composed of closures. */
export function composeTightness(slack: readonly Slack[]): IsTight {
  const checks = slack.map(composePart);
  return (view, offset) => checks.every((isTight) => isTight(view, offset));
}

function composePart(part: Slack): IsTight {
  const at = part[1];
  switch (part[0]) {
    case "bits":
      return (view, offset) => (view.getUint8(offset + at) & part[2]) === 0;
    case "union": {
      const members = part[3].map(composeTightness);
      return (view, offset) => members.some((isTight) => isTight(view, offset + at));
    }
    case "each": {
      const element = composeTightness(part[4]);
      return (view, offset) => isEach(view, offset + at, part[2], part[3], element);
    }
    default: {
      const check = tightnessHelpers[helperOf[part[0]]] as (
        view: DataView,
        offset: number,
        size: number,
      ) => boolean;
      return (view, offset) => check(view, offset + at, part[2]);
    }
  }
}

/** The check for a slack as an expression over `view` and `offset`, which calls functions of `tightnessHelpers`. */
export function tightnessCode(slack: readonly Slack[]): string {
  return slack.length === 0 ? "true" : slack.map(partCode).join(" && ");
}

function partCode(part: Slack): string {
  const at = `offset + ${part[1]}`;
  switch (part[0]) {
    case "padding":
      return part[2] <= 8 ? paddingCode(part[1], part[2]) : `isZero(view, ${at}, ${part[2]})`;
    case "bits":
      return `(view.getUint8(${at}) & ${part[2]}) === 0`;
    case "union":
      return `[${at}].some((offset) => ${part[3].map((member) => `(${tightnessCode(member)})`).join(" || ")})`;
    case "each":
      return `isEach(view, ${at}, ${part[2]}, ${part[3]}, (view, offset) => ${tightnessCode(part[4])})`;
    default:
      return `${helperOf[part[0]]}(view, ${at}, ${part[2]})`;
  }
}

function paddingCode(at: number, size: number): string {
  const words: string[] = [];
  let done = 0;
  for (; done + 4 <= size; done += 4) words.push(`view.getInt32(offset + ${at + done}) === 0`);
  for (; done < size; done++) words.push(`view.getUint8(offset + ${at + done}) === 0`);
  return words.join(" && ");
}

const helperOf = { padding: "isZero", text: "isPaddedText", bool: "isBool", float: "isNumber" } as const;
export const tightnessHelpers = { isZero, isPaddedText, isBool, isNumber, isEach };

function isEach(view: DataView, offset: number, count: number, stride: number, element: IsTight): boolean {
  for (let i = 0; i < count; i++) if (!element(view, offset + i * stride)) return false;
  return true;
}

/** Accepts a NaN in either byte order. */
function isNumber(view: DataView, offset: number, size: number): boolean {
  return size === 4
    ? !Number.isNaN(view.getFloat32(offset, true)) && !Number.isNaN(view.getFloat32(offset))
    : !Number.isNaN(view.getFloat64(offset, true)) && !Number.isNaN(view.getFloat64(offset));
}

function isZero(view: DataView, offset: number, length: number): boolean {
  let at = offset;
  const end = offset + length;
  for (; at + 4 <= end; at += 4) if (view.getInt32(at) !== 0) return false;
  for (; at < end; at++) if (view.getUint8(at) !== 0) return false;
  return true;
}

/** Whether all bytes after the first NUL are zero: no NUL precedes the last nonzero byte. */
function isPaddedText(view: DataView, offset: number, length: number): boolean {
  let end = offset + length;
  for (; end - 4 >= offset && view.getInt32(end - 4) === 0; end -= 4);
  for (; end > offset && view.getUint8(end - 1) === 0; end--);
  let at = offset;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at);
    // The expression keeps the highest bit of a byte that is 0, and possibly of bytes above it.
    if (((word - 0x01010101) & ~word & 0x80808080) !== 0) return false;
  }
  for (; at < end; at++) if (view.getUint8(at) === 0) return false;
  return true;
}

/** Accepts both byte orders: the 1 is in the first or in the last byte. */
function isBool(view: DataView, offset: number, size: number): boolean {
  if (size === 1) return view.getUint8(offset) <= 1;
  const last = offset + size - 1;
  if (!isZero(view, offset + 1, size - 2)) return false;
  return view.getUint8(offset) + view.getUint8(last) <= 1;
}
