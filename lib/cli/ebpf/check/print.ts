import { explained, type Place, type ProgramVerdict, type Verdict } from "../../../doctor/index.ts";
import { formatTable, printable, type Style } from "../../terminal/index.ts";
import type { KernelReport } from "./run-kernel.ts";

/** A program or a map that fails on a kernel. */
export interface Failure {
  readonly kernel: string;
  readonly object: string;
  /** `program on_exec`, `map events`. Empty if the kernel itself failed. */
  readonly subject: string;
  readonly reason: string;
  /** The line of C at fault, if it is known. */
  readonly place?: Place;
}

/** A table of programs and kernels for each object, and below it the reasons. */
export function checkedLines(reports: readonly KernelReport[], style: Style): string[] {
  const names = reports.find(({ objects }) => objects.length > 0)?.objects ?? [];
  const tables = names.flatMap(({ object, programs }, i) => [
    ...(i === 0 ? [] : [""]),
    style.bold(printable(object)),
    ...formatTable(
      [{ title: "program" }, { title: "SEC" }, ...reports.map(({ kernel }) => kernelColumn(kernel, style))],
      programs.map(({ name, section }, row) => [
        printable(name),
        printable(section),
        ...reports.map(({ objects }) => cellOf(objects[i]?.programs[row])),
      ]),
      { style },
    ),
  ]);
  const failures = failuresOf(reports).map((failure) => {
    const { kernel, subject } = failure;
    const head = [kernel, subject].filter((part) => part !== "").join(", ");
    return `${style.bold(head)}: ${printable(explained(failure))}`;
  });
  return [...tables, ...(tables.length > 0 && failures.length > 0 ? [""] : []), ...failures];
}

function kernelColumn(kernel: string, style: Style) {
  const paint = (cell: string) => {
    if (cell.startsWith("no")) return style.red(cell);
    return cell.startsWith("yes") ? style.green(cell) : style.yellow(cell);
  };
  return { title: kernel, paint };
}

/** One word for loading and attaching. */
function cellOf(program: ProgramVerdict | undefined): string {
  if (program === undefined) return "unknown";
  const { load, attach } = program;
  if (load.answer !== "yes") return load.answer === "no" ? "no load" : load.answer;
  if (attach.answer === "no") return "no attach";
  // For a program that is not attached, only loading is checked.
  if (attach.answer === "yes" || attach.answer === "never") return "yes";
  return attach.answer === "needs" ? `loads, needs ${attach.reason ?? "options"}` : `loads, ${attach.answer}`;
}

/** All failures, in the order of the kernels. */
export function failuresOf(reports: readonly KernelReport[]): Failure[] {
  return reports.flatMap(({ kernel, objects, problem }) => {
    if (problem !== undefined) return [{ kernel, object: "", subject: "", reason: problem }];
    return objects.flatMap(({ object, maps, programs }) => {
      const failure = (subject: string, { reason = "it fails", place }: Verdict): Failure => ({
        kernel,
        object,
        subject,
        reason,
        ...(place && { place }),
      });
      return [
        ...maps.flatMap(({ name, create }) =>
          create.answer === "no" ? [failure(`map ${name}`, create)] : [],
        ),
        ...programs.flatMap(({ name, load, attach }) => {
          if (load.answer === "no") return [failure(`program ${name}`, load)];
          return attach.answer === "no" ? [failure(`program ${name}, attach`, attach)] : [];
        }),
      ];
    });
  });
}
