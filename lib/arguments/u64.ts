import { type Check, invalidArgument } from "./check.ts";

const largest = (1n << 64n) - 1n;

/** An unsigned integer of 64 bits, as bigint or as a number that is exact. */
export const checkU64: Check<bigint> = (value, subject) => {
  if (typeof value === "bigint" && value >= 0n && value <= largest) return value;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw invalidArgument(subject, "an integer from 0 to 2^64-1 (u64)", value, inexact(value));
};

/** The value that bpf_get_attach_cookie() returns. */
export const checkCookie: Check<bigint> = checkU64;

function inexact(value: unknown): string | undefined {
  return typeof value === "number" && value > Number.MAX_SAFE_INTEGER
    ? "A number above 2^53-1 is not exact: pass a bigint"
    : undefined;
}
