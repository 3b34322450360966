import type { ReportPlace, VerifierReport } from "../errors/verifier-report.ts";

export interface TextOptions {
  /** Colours for a terminal. Default: none. */
  readonly color?: boolean;
}

type Paint = (text: string) => string;

interface Paints {
  readonly error: Paint;
  readonly mark: Paint;
  readonly side: Paint;
  readonly strong: Paint;
}

const plain: Paints = { error: same, mark: same, side: same, strong: same };
const colors: Paints = { error: ansi("1;31"), mark: ansi("1;34"), side: ansi("2"), strong: ansi("1") };

/** Formats a report like a compiler message. */
export function printReport(report: VerifierReport, { color = false }: TextOptions = {}): string {
  const paint = color ? colors : plain;
  const { id, title, primary, program } = report;
  const inside =
    report.function === program ? `program "${program}"` : `${report.function}() of program "${program}"`;
  const where = primary === undefined ? inside : `${placeText(primary)} in ${inside}`;
  const lines = [
    `${paint.error(`error[${id}]`)}${paint.strong(`: ${title}`)}`,
    `  ${paint.side("-->")} ${where}`,
  ];
  lines.push(...snippet(report, paint));
  lines.push(` ${paint.strong("verifier:")} ${report.reason}`);
  if (report.instruction !== undefined && /\(/.test(report.instruction))
    lines.push(` ${paint.strong("instruction:")} ${report.instruction}`);
  for (const note of report.notes) lines.push(` ${paint.strong("note:")} ${note}`);
  if (report.kernel !== undefined) lines.push(...kernelText(report, paint));
  if (report.help !== undefined) lines.push(` ${paint.strong("help:")} ${report.help}`);
  return lines.join("\n");
}

// The kernel's explanation replaces the reason only when this package has no better one.
function kernelText({ kernel, id }: VerifierReport, paint: Paints): string[] {
  if (kernel === undefined) return [];
  const lines = kernel.reason === "" ? [] : [` ${paint.strong("kernel:")} ${kernel.reason}`];
  if (id === "unknown" && kernel.suggestion !== undefined)
    lines.push(` ${paint.strong("kernel's suggestion:")} ${kernel.suggestion}`);
  return lines;
}

function placeText({ file, line, column }: ReportPlace): string {
  return `${baseName(file)}:${line}${column === 0 ? "" : `:${column}`}`;
}

function baseName(file: string): string {
  return file.replace(/^.*\//, "");
}

interface Row {
  text: string;
  notes: { place: ReportPlace; kind: "primary" | "secondary" | "branch" }[];
}

function snippet({ primary, secondary, branches, around }: VerifierReport, paint: Paints): string[] {
  const places = [
    ...(primary === undefined ? [] : [{ place: primary, kind: "primary" as const }]),
    ...secondary.map((place) => ({ place, kind: "secondary" as const })),
    ...branches.map((place) => ({ place, kind: "branch" as const })),
  ];
  const files = [...new Set(places.map(({ place }) => place.file))];
  const lines: string[] = [];
  for (const file of files) {
    const rows = new Map<number, Row>();
    if (file === primary?.file) for (const { line, text } of around) rows.set(line, { text, notes: [] });
    for (const { place, kind } of places) {
      if (place.file !== file) continue;
      const row = rows.get(place.line) ?? { text: place.text, notes: [] };
      row.notes.push({ place, kind });
      rows.set(place.line, row);
    }
    if (file !== files[0]) lines.push(`  ${paint.side(`::: ${baseName(file)}`)}`);
    lines.push(...rowsOf(rows, paint));
  }
  return lines;
}

function rowsOf(rows: ReadonlyMap<number, Row>, paint: Paints): string[] {
  const numbers = [...rows.keys()].sort((a, b) => a - b);
  const width = `${numbers.at(-1) ?? 0}`.length;
  const lines: string[] = [];
  for (const number of numbers) {
    const { text, notes } = rows.get(number) as Row;
    const gutter = paint.side(`${`${number}`.padStart(width)} |`);
    const branch = notes.find(({ kind }) => kind === "branch");
    const beside = branch === undefined ? "" : `  ${paint.side(`-- ${branch.place.label}`)}`;
    lines.push(`${gutter} ${text}${beside}`);
    for (const { place, kind } of notes) {
      if (kind === "branch") continue;
      const [start, length] = underlined(place);
      const underline = (kind === "primary" ? "^" : "-").repeat(length);
      const color = kind === "primary" ? paint.error : paint.mark;
      const margin = `${paint.side(`${" ".repeat(width)} |`)} ${" ".repeat(start)}`;
      lines.push(`${margin}${color(`${underline} ${place.label}`)}`);
    }
  }
  return lines;
}

/** The part of the text of a line to underline: the word at its column. */
function underlined({ column, indent, text }: ReportPlace): [start: number, length: number] {
  const start = column === 0 ? 0 : Math.min(Math.max(column - 1 - indent, 0), Math.max(text.length - 1, 0));
  const rest = text.slice(start);
  const word = column === 0 ? rest : (/^\*?[\w.]+(?:->[\w.]+)*/.exec(rest)?.[0] ?? rest.slice(0, 1));
  return [start, Math.max(word.replace(/;$/, "").length, 1)];
}

function same(text: string): string {
  return text;
}

function ansi(code: string): Paint {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}
