import type { HookOption } from "../../../hooks/index.ts";
import type { Collection, Program } from "../../../index.ts";
import { hookOfProgram } from "../../../link/by-section.ts";
import { hardwareEvents, softwareEvents } from "../../../link/perf-attributes.ts";
import { UsageError } from "../../usage-error.ts";
import { splitAssignment } from "../values/assignment.ts";

/** The values of `--attach`, by the names of programs: `interface=eth0,mode=generic`. */
export type AttachTexts = ReadonlyMap<string, readonly string[]>;

export function attachTexts(values: readonly string[]): AttachTexts {
  const texts = new Map<string, string[]>();
  for (const value of values) {
    const [program, text] = splitAssignment(value, "--attach", "PROGRAM=OPTION=VALUE");
    texts.set(program, [...(texts.get(program) ?? []), ...splitOptions(text)]);
  }
  return texts;
}

/** Splits at commas outside of braces. */
function splitOptions(text: string): string[] {
  return text.match(/(?:\{[^}]*\}|[^,{])+/g) ?? [];
}

/** Options of `--attach` that apply before loading: `to`, for programs that attach by BTF. */
export function attachTarget(texts: readonly string[]): string | undefined {
  return texts.find((text) => text.startsWith("to="))?.slice("to=".length);
}

/**
 * Returns the options of `attach` for a program, typed by the table of hooks.
 *
 * A value without a name is for the first option that the SEC name leaves open: `--attach drop=eth0`.
 *
 * @throws {@link UsageError} for an option that the hook does not have, or text that is not a valid value.
 */
export function parseAttach(
  program: Program,
  texts: readonly string[],
  coll: Collection,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const text of texts) {
    if (text.startsWith("to=")) continue;
    const { row, missing } = hookOfProgram(program, options);
    const [first] = missing;
    const [, name, value] = /^([a-zA-Z]+)=(.*)$/s.exec(text) ?? [undefined, first, text];
    if (name === undefined)
      throw new UsageError(
        `--attach ${program.name}: SEC("${program.section}") gives the target; expected OPTION=VALUE`,
      );
    const option = Object.hasOwn(row.options, name) ? row.options[name] : undefined;
    if (option === undefined) {
      const known = ["to", ...Object.keys(row.options)].join(", ");
      throw new UsageError(
        `--attach ${program.name}: ${row.title} has no option "${name}"; expected one of ${known}`,
      );
    }
    const subject = `--attach ${program.name}: ${name}`;
    if (option.kind !== "list") options[name] = parseOption(value as string, option, subject, coll);
    else {
      const one = parseOption(value as string, { kind: option.of }, subject, coll);
      options[name] = [...((options[name] as unknown[]) ?? []), one];
    }
  }
  return options;
}

function parseOption(text: string, option: HookOption, subject: string, coll: Collection): unknown {
  const fails = (expected: string) => new UsageError(`${subject}: expected ${expected}, received "${text}"`);
  switch (option.kind) {
    case "flag":
      if (text === "true" || text === "false") return text === "true";
      throw fails("true or false");
    case "pid":
    case "cpu":
    case "socket":
      if (/^\d+$/.test(text)) return Number(text);
      throw fails("a number");
    case "cookie":
    case "offset":
    case "address":
      if (/^(\d+|0x[0-9a-f]+)$/i.test(text)) return BigInt(text);
      throw fails("a number");
    case "integer":
      if (/^-?\d+$/.test(text)) return typeof option.max === "number" ? Number(text) : BigInt(text);
      throw fails("a number");
    case "word":
      if (option.words.includes(text)) return text;
      throw fails(option.words.join(", "));
    case "interface":
    case "netns":
      return /^\d+$/.test(text) ? Number(text) : text;
    case "map":
      if (Object.hasOwn(coll.maps, text)) return coll.maps[text];
      throw fails(`one of ${Object.keys(coll.maps).join(", ")}`);
    case "anchor": {
      const [, kind, id] = /^(link|program):(\d+)$/.exec(text) ?? [];
      if (text === "all") return text;
      if (kind === undefined) throw fails("link:ID, program:ID or all");
      return { [`${kind}Id`]: Number(id) };
    }
    case "event":
      return parseEvent(text, fails);
    case "program":
      throw new UsageError(`${subject}: a program cannot be given on the command line`);
    default:
      return text;
  }
}

function parseEvent(text: string, fails: (expected: string) => UsageError): unknown {
  const [, raw] = /^raw:(0x[0-9a-f]+|\d+)$/i.exec(text) ?? [];
  if (raw !== undefined) return { type: "raw", config: BigInt(raw) };
  const [, pmu, config] = /^pmu:([^:]+):(0x[0-9a-f]+|\d+)$/i.exec(text) ?? [];
  if (pmu !== undefined) return { type: "pmu", pmu, config: BigInt(config as string) };
  if ((softwareEvents as readonly string[]).includes(text)) return { type: "software", name: text };
  if ((hardwareEvents as readonly string[]).includes(text)) return { type: "hardware", name: text };
  throw fails(`${[...softwareEvents, ...hardwareEvents].join(", ")}, raw:CONFIG or pmu:NAME:CONFIG`);
}
