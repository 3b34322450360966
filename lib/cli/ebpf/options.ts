import { parseArgs } from "node:util";
import { UsageError } from "../usage-error.ts";

/** An option of a command, in the form that parseArgs of Node.js accepts. */
export interface OptionType {
  type: "string" | "boolean";
  short?: string;
  multiple?: boolean;
}

type Value<O extends OptionType> = O["type"] extends "string" ? string : boolean;

/** The parsed options by name, and the arguments that are not options. */
export interface ParsedOptions<O extends Record<string, OptionType>> {
  values: { [Name in keyof O]?: O[Name]["multiple"] extends true ? Value<O[Name]>[] : Value<O[Name]> };
  positionals: string[];
}

/**
 * Parses the arguments of a command.
 *
 * @throws {@link UsageError} for an unknown option, or one without its value.
 */
export function parseOptions<const O extends Record<string, OptionType>>(
  args: readonly string[],
  options: O,
): ParsedOptions<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as ParsedOptions<O>;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/**
 * Returns the only argument of a command that is not an option; undefined without one.
 *
 * @param command - The name of the command, for the message.
 * @param what - What the argument is: `map`.
 * @throws {@link UsageError} for several, with the option if the first is the name of one: `ebpf maps dump counts`.
 */
export function onlyArgument(
  command: string,
  what: string,
  positionals: readonly string[],
  options: Record<string, OptionType>,
): string | undefined {
  const [first, ...more] = positionals;
  if (first === undefined || more.length === 0) return first;
  const hint = Object.hasOwn(options, first)
    ? `. Did you mean: ebpf ${command} --${first} ${more.join(" ")}`
    : "";
  throw new UsageError(`expected one ${what}, received ${positionals.length}${hint}`);
}
