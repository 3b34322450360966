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
