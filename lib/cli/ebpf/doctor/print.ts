import {
  type Answer,
  type Check,
  explained,
  type Health,
  type ObjectReport,
  type Verdict,
} from "../../../doctor/index.ts";
import { formatTable, type Style } from "../../terminal/index.ts";

/** The facts about the machine, and below them what does not work. */
export function machineLines(checks: readonly Check[], style: Style): string[] {
  const paint: Record<Health, (text: string) => string> = {
    ok: style.green,
    limited: style.yellow,
    problem: style.red,
    unknown: style.yellow,
  };
  const rows = checks.map(({ name, health, found }) => [name, health, found]);
  const table = formatTable(
    [
      { title: "this machine" },
      { title: "", paint: (cell) => (paint[cell.trim() as Health] ?? String)(cell) },
      { title: "" },
    ],
    rows,
    { style },
  );
  const advice = checks.flatMap(({ name, advice }) =>
    advice === undefined ? [] : [`${style.bold(name)}: ${advice}`],
  );
  return [...table, ...(advice.length > 0 ? ["", ...advice] : [])];
}

/** The maps and programs of an object, and below them the reasons. */
export function objectLines({ object, kernel, maps, programs }: ObjectReport, style: Style): string[] {
  const paint = (cell: string) => painted(cell, style);
  const head = style.bold(`${object} on Linux ${kernel}`);
  const mapTable = formatTable(
    [{ title: "map" }, { title: "type" }, { title: "create", paint }],
    maps.map(({ name, type, create }) => [name, type, create.answer]),
    { style },
  );
  const programTable = formatTable(
    [{ title: "program" }, { title: "SEC" }, { title: "load", paint }, { title: "attach", paint }],
    programs.map(({ name, section, load, attach }) => [name, section, load.answer, attached(attach)]),
    { style },
  );
  const reasons = [
    ...maps.flatMap(({ name, create }) => reasonOf(`map ${name}`, create, style)),
    ...programs.flatMap(({ name, load, attach }) => [
      ...reasonOf(`${name}, load`, load, style),
      ...reasonOf(`${name}, attach`, attach, style),
    ]),
  ];
  return [
    head,
    ...(maps.length > 0 ? ["", ...mapTable] : []),
    ...(programs.length > 0 ? ["", ...programTable] : []),
    ...(reasons.length > 0 ? ["", ...reasons] : []),
  ];
}

function attached({ answer, reason }: Verdict): string {
  return answer === "needs" ? `needs ${reason}` : answer;
}

function reasonOf(subject: string, verdict: Verdict, style: Style): string[] {
  const { answer, reason } = verdict;
  const isExplained = answer === "no" || answer === "unknown";
  return isExplained && reason !== undefined ? [`${style.bold(subject)}: ${explained(verdict)}`] : [];
}

function painted(cell: string, style: Style): string {
  const [word = ""] = cell.split(" ");
  const paint: Partial<Record<Answer, (text: string) => string>> = {
    yes: style.green,
    no: style.red,
    unknown: style.yellow,
    off: style.dim,
    never: style.dim,
  };
  return paint[word as Answer]?.(cell) ?? cell;
}
