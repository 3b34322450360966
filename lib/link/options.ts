import {
  arrayOf,
  type Check,
  checkBoolean,
  checkCookie,
  checkCpu,
  checkFileDescriptor,
  checkInterfaceIndex,
  checkName,
  checkObject,
  checkObjectId,
  checkPath,
  checkPid,
  checkU64,
  integerIn,
  invalidArgument,
  inWords,
  nameUpTo,
  optional,
  optionsOf,
  type Schema,
  wordOf,
} from "../arguments/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { type HookName, type HookOption, hook, type OptionRule } from "../hooks/index.ts";
import { kindOf } from "../live/resource.ts";

/** The checked options of a `link` function. Offsets, addresses and cookies are bigint. */
export type Checked<Options> = {
  [Name in keyof Options]: CheckedValue<Options[Name]>;
};

type CheckedValue<Value> =
  // An option that accepts a number or a bigint becomes a bigint.
  bigint extends Value
    ? Exclude<Value, number>
    : Value extends readonly (number | bigint)[] | readonly bigint[] | BigUint64Array
      ? BigUint64Array
      : Value;

/**
 * Checks the options of a `link` function: names, kinds, ranges and valid combinations.
 *
 * @throws {@link InvalidArgumentError} with the option, the expected value and the received value.
 */
export function checkOptions<Options extends object>(name: HookName, options: unknown): Checked<Options> {
  const subject = `link.${hook(name).call}`;
  const checked = checkOf(name)(options, subject) as Record<string, unknown>;
  for (const rule of hook(name).rules ?? []) checkRule(rule, checked, subject);
  return checked as Checked<Options>;
}

/** @throws {@link InvalidArgumentError} for an option that the `link` function does not have. */
export function refuseUnknownOptions(name: HookName, options: object): void {
  const { call, options: known } = hook(name);
  const unknown = Object.entries(options ?? {}).filter(([option]) => !Object.hasOwn(known, option));
  if (unknown.length > 0) checkOf(name)(Object.fromEntries(unknown), `link.${call}`);
}

const checks = new Map<HookName, Check<object>>();

function checkOf(name: HookName): Check<object> {
  const known = checks.get(name);
  if (known !== undefined) return known;
  const schema: Record<string, Check<unknown>> = {};
  for (const [option, description] of Object.entries(hook(name).options)) {
    const check = checkOfOption(description);
    schema[option] = description.required ? required(check) : optional(check);
  }
  const check = optionsOf(schema as Schema<object>);
  checks.set(name, check);
  return check;
}

export function required<T>(check: Check<T>): Check<T> {
  return (value, subject) => {
    if (value === undefined || value === null) throw new InvalidArgumentError(`${subject} is missing`);
    return check(value, subject);
  };
}

function checkOfOption(option: HookOption): Check<unknown> {
  switch (option.kind) {
    case "integer":
      return typeof option.max === "number"
        ? integerIn(option.min, option.max)
        : bigIntegerIn(BigInt(option.min), option.max);
    case "word":
      return wordOf(option.words);
    case "list":
      return option.of === "name" ? arrayOf(checkName) : numbers(scalars[option.of]);
    default:
      return scalars[option.kind];
  }
}

const checkOffset = bigIntegerIn(0n, (1n << 63n) - 1n);
// An alternative name of an interface has up to 127 bytes, but the kernel finds only names of up to 15 bytes.
const checkInterfaceName = nameUpTo(127);

/** A check for a value that is either a name or a number for the same object. */
function nameOr(check: Check<unknown>, checkOfName: Check<string>, expected: string): Check<unknown> {
  return (value, subject) => {
    if (typeof value === "string") return checkOfName(value, subject);
    if (typeof value === "number") return check(value, subject);
    throw invalidArgument(subject, expected, value);
  };
}

/** Checks that a value is a map or program of this package, open or closed. */
export function checkKind(kind: "map" | "program", value: unknown, subject: string): unknown {
  if (kindOf(value) === kind) return value;
  throw invalidArgument(subject, `a ${kind} of this package`, value);
}

type Scalar = Exclude<HookOption["kind"], "integer" | "word" | "list">;

/** The checks of the option kinds that have no parameters. */
export const scalars: Readonly<Record<Scalar, Check<unknown>>> = {
  flag: checkBoolean,
  name: checkName,
  path: checkPath,
  pid: checkPid,
  cpu: checkCpu,
  cookie: checkCookie,
  offset: checkOffset,
  address: checkU64,
  interface: nameOr(checkInterfaceIndex, checkInterfaceName, "the name or the index of an interface"),
  cgroup: nameOr(checkFileDescriptor, checkPath, "the path of a cgroup or a file descriptor"),
  netns: nameOr(checkPid, checkPath, '"self", a path or a process ID'),
  device: nameOr(checkFileDescriptor, checkPath, "the path of a device or a file descriptor"),
  socket: (value, subject) =>
    typeof value === "number" ? checkFileDescriptor(value, subject) : checkObject(value, subject),
  map: (value, subject) => checkKind("map", value, subject),
  program: (value, subject) => checkKind("program", value, subject),
  anchor: checkAnchor,
  event: checkObject,
};

function checkAnchor(value: unknown, subject: string): unknown {
  const kind = kindOf(value);
  if (value === "all" || kind === "link" || kind === "program") return value;
  if (typeof value === "object" && value !== null && kind === undefined) {
    const { linkId, programId } = value as { linkId?: unknown; programId?: unknown };
    if (linkId !== undefined) return { linkId: checkObjectId(linkId, `linkId of ${subject}`) };
    if (programId !== undefined) return { programId: checkObjectId(programId, `programId of ${subject}`) };
  }
  throw invalidArgument(subject, 'a link, a program, { linkId }, { programId } or "all"', value);
}

/** A check for an integer of up to 64 bits, given as a bigint or as a safe integer. */
function bigIntegerIn(min: bigint, max: bigint): Check<bigint> {
  return (value, subject) => {
    const whole = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
    if (typeof whole === "bigint" && whole >= min && whole <= max) return whole;
    throw invalidArgument(subject, `an integer from ${min} to ${max}`, value);
  };
}

function numbers(check: Check<unknown>): Check<BigUint64Array> {
  const each = arrayOf(check as Check<bigint>);
  return (value, subject) =>
    BigUint64Array.from(value instanceof BigUint64Array ? value : each(value, subject));
}

function checkRule(rule: OptionRule, options: Record<string, unknown>, subject: string): void {
  const given = rule.of.filter((name) => options[name] !== undefined);
  const fails = (expected: string) =>
    new InvalidArgumentError(
      `options of ${subject}: expected ${expected}, received ${given.length === 0 ? "none" : given.join(" and ")}`,
    );
  switch (rule.rule) {
    case "one":
      if (given.length !== 1) throw fails(`one of ${inWords(rule.of)}`);
      break;
    case "at-most-one":
      if (given.length > 1) throw fails(`${inWords(rule.of)}, not both`);
      break;
    case "some":
      if (given.length === 0) throw fails(`${inWords(rule.of)}`);
      break;
    case "one-for-each": {
      const list = options[rule.list] as { length: number } | undefined;
      if (list === undefined) break;
      const [of] = given;
      const places = of === undefined ? undefined : (options[of] as { length: number }).length;
      if (list.length === places) break;
      throw new InvalidArgumentError(
        places === undefined
          ? `${rule.list} of ${subject}: expected together with ${inWords(rule.of)}`
          : `${rule.list} of ${subject}: expected ${places}, one for each of ${of}, received ${list.length}`,
      );
    }
  }
}
