import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import type { FieldMeanings } from "../../codec/index.ts";
import { loaderNameOf, type ObjectInput, type SourceInput } from "../../codegen/job.ts";
import type { WantedType } from "../../codegen/loader-records.ts";
import { targetNames, targetOf } from "../../codegen/targets.ts";
import { UsageError } from "../usage-error.ts";

export interface Arguments {
  inputs: (ObjectInput | SourceInput)[];
  output: string | undefined;
  outputDir: string;
  stem: string | undefined;
  types: WantedType[];
  fields: FieldMeanings | undefined;
  globalTypes: boolean;
  strip: boolean;
  object: "embed" | "file";
  js: boolean;
  mode: "write" | "check" | "watch" | "json";
  depfile: string | undefined;
}

const options = {
  output: { type: "string", short: "o" },
  "output-dir": { type: "string", short: "d" },
  stem: { type: "string" },
  type: { type: "string", short: "t", multiple: true },
  field: { type: "string", multiple: true },
  "no-global-types": { type: "boolean" },
  object: { type: "string" },
  js: { type: "boolean" },
  "no-strip": { type: "boolean" },
  cc: { type: "string" },
  cflags: { type: "string", multiple: true },
  target: { type: "string", multiple: true },
  depfile: { type: "string" },
  check: { type: "boolean" },
  watch: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

/** @throws {@link UsageError} */
export function parse(args: readonly string[]): Arguments | "help" | "version" {
  const { values, positionals, cflags } = split(args);
  if (values.help === true) return "help";
  if (values.version === true) return "version";

  const inputs = inputsOf(positionals, {
    ...values,
    cflags: [...(values.cflags ?? []).flatMap(words), ...cflags],
  });
  const { output, stem, depfile } = values;
  if (inputs.length > 1 && output !== undefined) throw new UsageError("--output is for one object at a time");
  if (inputs.length > 1 && stem !== undefined && inputs.some(({ kind }) => kind === "object")) {
    throw new UsageError("--stem is for one object at a time");
  }
  if (output !== undefined && (stem !== undefined || values["output-dir"] !== undefined)) {
    throw new UsageError("--output gives the complete path; omit --stem and --output-dir");
  }
  const object = values.object ?? "embed";
  if (object !== "embed" && object !== "file")
    throw new UsageError(`unknown --object "${object}"; expected embed or file`);
  const modes = (["check", "watch", "json"] as const).filter((mode) => values[mode] === true);
  if (modes.length > 1) throw new UsageError(`--${modes.join(" and --")} exclude each other`);
  return {
    inputs,
    output,
    outputDir: values["output-dir"] ?? ".",
    stem,
    types: (values.type ?? []).map(wantedType),
    fields: values.field && fieldMeanings(values.field),
    globalTypes: values["no-global-types"] !== true,
    strip: values["no-strip"] !== true,
    object,
    js: values.js === true,
    mode: modes[0] ?? "write",
    depfile,
  };
}

/** Parses the options. Arguments after `--` are flags of the compiler. */
function split(args: readonly string[]) {
  try {
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    const own = args.slice(0, end).flatMap((arg, i) => {
      // The value starts with a dash. parseArgs accepts such a value only after an equals sign.
      if (args[i - 1] === "--cflags") return [];
      return [arg === "--cflags" && i + 1 < end ? `--cflags=${args[i + 1]}` : arg];
    });
    const { values, positionals } = parseArgs({ args: own, options, allowPositionals: true });
    return { values, positionals, cflags: args.slice(end + 1) };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function inputsOf(
  positionals: readonly string[],
  values: { cc?: string; target?: readonly string[]; cflags: readonly string[] },
): (ObjectInput | SourceInput)[] {
  const [first, ...others] = positionals;
  if (first === undefined) throw new UsageError("no input; expected an object file or a C source");
  if (isObject(first) && others.every(isObject)) {
    if ((values.cc ?? values.target) !== undefined || values.cflags.length > 0) {
      throw new UsageError(
        "nothing is compiled: --cc, --target and flags for the compiler are for C sources",
      );
    }
    return positionals.map((path) => ({ kind: "object", path }));
  }
  // A loader name without a dot can also be the name of an executable file in this folder.
  if (isObject(first) && first.includes(".")) {
    throw new UsageError(`"${others.find((path) => !isObject(path))}" is not an object file`);
  }
  const object = others.find(isObject);
  if (object !== undefined) throw new UsageError(`"${object}" is an object file, not a C source`);
  const { name, paths } = nameAndSources(first, others);
  const targets = [...new Set((values.target ?? ["bpf"]).flatMap((list) => list.split(",")))];
  return targets.map((targetName) => {
    const target = targetOf(targetName);
    if (target === undefined) {
      throw new UsageError(`unknown target "${targetName}"; expected one of ${targetNames.join(", ")}`);
    }
    const suffix = targets.length > 1 ? `_${targetName}` : "";
    return { kind: "sources", name, suffix, paths, cc: values.cc, target, cflags: values.cflags };
  });
}

/** The name of a loader and its C sources. A single source needs no name. */
function nameAndSources(
  first: string,
  others: readonly string[],
): { name: string | undefined; paths: readonly string[] } {
  if (first.endsWith(".c")) {
    if (others.length === 0) return { name: undefined, paths: [first] };
    throw new UsageError(
      `several C sources need a name for their loader: bpf2ts ${loaderNameOf(first)} ${[first, ...others].join(" ")}`,
    );
  }
  if (others.length === 0 && /[./]/.test(first)) {
    throw new UsageError(
      existsSync(first)
        ? `"${first}" is not an object file: it does not begin with the magic number of ELF`
        : `there is no file "${first}"`,
    );
  }
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(first)) {
    const [source] = others;
    const hint = source === undefined ? "" : `; bpf2ts ${loaderNameOf(source)} ${others.join(" ")}`;
    throw new UsageError(`"${first}" cannot be the name of a loader${hint}`);
  }
  if (others.length === 0) throw new UsageError(`no C sources for "${first}"; pass them after the name`);
  return { name: first, paths: others };
}

/** Recognizes an object by its first bytes. Accepts any `.o` file, so that reading it reports the problem. */
function isObject(path: string): boolean {
  return path.endsWith(".o") || isElf(path);
}

function isElf(path: string): boolean {
  // Opening a pipe would block until its other end is open.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const file = openSync(path, "r");
  try {
    const magic = Buffer.alloc(4);
    readSync(file, magic, 0, 4, 0);
    return magic.equals(Buffer.from("\x7fELF", "latin1"));
  } finally {
    closeSync(file);
  }
}

function wantedType(text: string): WantedType {
  const [first, second] = text.split("=", 2) as [string, string | undefined];
  const wanted = second === undefined ? { name: first } : { map: first, name: second };
  if (wanted.name === "" || wanted.map === "")
    throw new UsageError(`invalid --type "${text}"; expected NAME or MAP=NAME`);
  return wanted;
}

function fieldMeanings(texts: readonly string[]): FieldMeanings {
  const pairs = texts.map((text) => {
    const [, name, word] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined)
      throw new UsageError(
        `invalid --field "${text}"; expected STRUCT.FIELD=MEANING, as in event.saddr=ipv4`,
      );
    return [name, word];
  });
  return Object.fromEntries(pairs) as FieldMeanings;
}

/** Splits the value of `--cflags "-O2 -DNAME='a b'"` into words with the quoting rules of a shell. */
function words(text: string): string[] {
  const found = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs) ?? [];
  return found.map((word) =>
    word.replaceAll(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs, (_, escaped, double, single) => {
      return escaped ?? single ?? (double as string).replaceAll(/\\(["\\$`])/g, "$1");
    }),
  );
}
