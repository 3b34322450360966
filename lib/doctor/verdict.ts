import { basename } from "node:path";
import { type EbpfError, VerifierError } from "../errors/index.ts";

/**
 * - `yes`: it works.
 * - `no`: it fails, for the reason given.
 * - `needs`: it works with options that the caller gives, such as an interface.
 * - `off`: the object leaves it out (`SEC("?…")`).
 * - `never`: it is not something to attach.
 * - `unknown`: it could not be found out.
 */
export type Answer = "yes" | "no" | "needs" | "off" | "never" | "unknown";

/** Whether something works, and if not, why and what to do. */
export interface Verdict {
  readonly answer: Answer;
  readonly reason?: string;
  /** The line of C that the verifier refused. */
  readonly place?: Place;
}

/** A line of a source file, whose path is as passed to the compiler. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface MapVerdict {
  readonly name: string;
  readonly type: string;
  readonly create: Verdict;
}

export interface ProgramVerdict {
  readonly name: string;
  readonly section: string;
  readonly load: Verdict;
  readonly attach: Verdict;
}

/** Whether the maps and programs of an object work on a kernel. */
export interface ObjectReport {
  /** The name of the object. */
  readonly object: string;
  /** The version of the kernel: `6.1`. */
  readonly kernel: string;
  readonly maps: readonly MapVerdict[];
  readonly programs: readonly ProgramVerdict[];
}

export const yes: Verdict = { answer: "yes" };

export function no(reason: string): Verdict {
  return { answer: "no", reason };
}

/** The verdict for an operation that threw: the first line of the error without the operation and its subject. */
export function failed(error: EbpfError): Verdict {
  const [first = ""] = error.message.split("\n");
  const verdict = no(first.replace(operation, ""));
  if (!(error instanceof VerifierError)) return verdict;
  const { file, line } = error.report;
  return file === undefined || line === undefined ? verdict : { ...verdict, place: { file, line } };
}

// `cannot load "x" of object "y": EINVAL. `, `cannot attach program "x": `
const operation =
  /^cannot (?:load|attach)(?: program)? "[^"]*"(?: of object "[^"]*")?(?:: (?:E[A-Z0-9]+\. )?|\. )/;

/** Whether every map can be created, and every program loads and attaches, apart from options of the caller. */
export function isWell({ maps, programs }: ObjectReport): boolean {
  const verdicts = [
    ...maps.map(({ create }) => create),
    ...programs.flatMap(({ load, attach }) => [load, attach]),
  ];
  return verdicts.every(({ answer }) => answer !== "no");
}

/** The reason and the line of C: `the verifier refused program "count": … (count.bpf.c:14)`. */
export function explained({ reason = "it fails", place }: Pick<Verdict, "reason" | "place">): string {
  return place === undefined ? reason : `${reason} (${basename(place.file)}:${place.line})`;
}
