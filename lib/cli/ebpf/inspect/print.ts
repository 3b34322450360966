import { latest } from "../../../hooks/index.ts";
import { LOGS } from "../../../spec/index.ts";
import { type Column, formatBytes, formatTable, printable, type Style } from "../../terminal/index.ts";
import { plainText } from "../values/format-value.ts";
import type {
  CoReNeed,
  InspectedMap,
  InspectedObject,
  InspectedProgram,
  InspectedVariable,
} from "./describe.ts";

export interface Look {
  readonly style: Style;
  /** Columns of the terminal. Undefined for a pipe or a file. */
  readonly width: number | undefined;
}

/** Formats an object as tables: maps, programs, variables and so on. */
export function inspectedLines(object: InspectedObject, look: Look): string[] {
  const parts = [
    headLines(object, look),
    mapLines(object.maps, look),
    recordLines(object.maps, look),
    programLines(object.programs, look),
    needLines(object.programs, look),
    variableLines(object.variables, look),
    coReLines(object.coRe, look),
    externLines(object, look),
  ];
  return parts.filter(({ length }) => length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function headLines(object: InspectedObject, { style }: Look): string[] {
  const { name, size, byteOrder, license, types, since } = object;
  const facts = [
    formatBytes(size),
    byteOrder,
    license === "" ? "no license: no helper that is GPL only" : `license ${printable(license)}`,
    types === undefined ? "no BTF" : `BTF of ${types} types`,
  ];
  return [
    style.bold(printable(name)),
    facts.join(", "),
    `loads on Linux ${since} and later, if the kernel has the types and options below`,
  ];
}

function mapLines(maps: readonly InspectedMap[], look: Look): string[] {
  return table(
    [
      { title: "MAP", flexible: true },
      { title: "TYPE" },
      { title: "KEY", flexible: true },
      { title: "VALUE", flexible: true },
      { title: "ENTRIES", align: "right" },
      { title: "FLAGS" },
      { title: "LINUX" },
    ],
    maps.map((map) => [
      printable(map.name),
      map.type,
      sizedType(map.key, map.keySize),
      sizedType(map.value, map.valueSize),
      `${map.maxEntries}`,
      [...map.flags, ...(map.pinning === "none" ? [] : ["pinned by name"]), ...off(map.autocreate)].join(" "),
      map.since ?? "",
    ]),
    look,
  );
}

function sizedType(type: string | undefined, size: number): string {
  if (size === 0) return "";
  return type === undefined ? `${size} bytes` : printable(type);
}

function off(isOn: boolean): string[] {
  return isOn ? [] : ["off"];
}

function recordLines(maps: readonly InspectedMap[], look: Look): string[] {
  const rows = maps.flatMap(({ name, declaredRecord, records }): string[][] => {
    if (declaredRecord !== undefined)
      return [[printable(name), printable(declaredRecord), "", "the definition of the map"]];
    if (records === undefined) return [];
    if (records.types.length === 0) {
      const candidates = records.candidates.length > 0 ? `: ${records.candidates.join(", ")}` : "";
      return [
        [
          printable(name),
          name === LOGS ? "log" : "unknown",
          "",
          printable(`${records.reason ?? ""}${candidates}`),
        ],
      ];
    }
    return records.types.map((type) => [
      printable(name),
      printable(type.name),
      `${type.size}`,
      type.lines.join(" "),
    ]);
  });
  return table(
    [
      { title: "BUFFER" },
      { title: "RECORD" },
      { title: "BYTES", align: "right" },
      { title: "GROUND", flexible: true },
    ],
    rows,
    look,
  );
}

function programLines(programs: readonly InspectedProgram[], look: Look): string[] {
  return table(
    [
      { title: "PROGRAM", flexible: true },
      { title: "SEC", flexible: true },
      { title: "ATTACHES AS", flexible: true },
      { title: "INSTRUCTIONS", align: "right" },
      { title: "LINUX" },
      { title: "" },
    ],
    programs.map(({ name, section, attach, instructionsInAll, since, autoload }) => [
      printable(name),
      printable(section),
      attach.hook === undefined ? "" : attach.title,
      `${instructionsInAll}`,
      since,
      off(autoload).join(""),
    ]),
    look,
  );
}

/** What each program needs, in words. */
function needLines(programs: readonly InspectedProgram[], { style }: Look): string[] {
  return programs.flatMap((program) => {
    const text = needText(program);
    return text === "" ? [] : [`${style.bold(printable(program.name))}: ${printable(text)}`];
  });
}

function needText({ needs, since, adapts, attach }: InspectedProgram): string {
  // Of the features, those that decide the version.
  const features = needs.filter((need) => need.since === since).map(({ feature }) => feature);
  const words = features.length > 0 ? [`Linux ${since} for ${features.join(", ")}`] : [];
  if (adapts && features.length > 0) words.push("it can skip some of these on older kernels");
  if (attach.hook === undefined) return [...words, attach.reason].join("; ");
  const { missing, config, capabilities } = attach;
  if (latest([attach.since, since]) !== since) words.push(`Linux ${attach.since} to attach`);
  if (missing.length > 0) words.push(`option ${missing.join(", ")} to attach`);
  if (config.length > 0) words.push(config.join(" and "));
  return [...words, capabilities.join(" and ")].join("; ");
}

function variableLines(variables: readonly InspectedVariable[], look: Look): string[] {
  return table(
    [
      { title: "VARIABLE", flexible: true },
      { title: "SECTION" },
      { title: "TYPE" },
      { title: "VALUE", flexible: true },
    ],
    variables.map(({ name, section, type, size, value }) => [
      printable(name),
      printable(section),
      sizedType(type, size),
      value === undefined ? "" : plainText(value),
    ]),
    look,
  );
}

function coReLines(needs: readonly CoReNeed[], look: Look): string[] {
  return table(
    [{ title: "CO-RE", flexible: true }, { title: "" }, { title: "PROGRAMS", flexible: true }],
    needs.map(({ target, checkedOnly, programs }) => [
      printable(target),
      checkedOnly ? "if it exists" : "",
      printable(programs.join(" ")),
    ]),
    look,
  );
}

function externLines({ kconfig, ksyms }: InspectedObject, look: Look): string[] {
  const row = (of: string, { name, kind, weak }: { name: string; kind: string; weak: boolean }) => [
    printable(name),
    `${kind} of the kernel${of}`,
    weak ? "optional" : "",
  ];
  return table(
    [{ title: "EXTERN", flexible: true }, { title: "KIND" }, { title: "" }],
    [...kconfig.map((one) => row("'s configuration", one)), ...ksyms.map((one) => row("", one))],
    look,
  );
}

function table(columns: readonly Column[], rows: readonly string[][], { style, width }: Look): string[] {
  return rows.length === 0 ? [] : formatTable(columns, rows, { style, width });
}
