import { nearestNames } from "../../../errors/nearest-names.ts";
import { attempt } from "../../../explain/attempt.ts";
import { styleOf } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { pageName, readDocs } from "../docs/archive.ts";
import { parseOptions } from "../options.ts";
import { errnos } from "./errnos.ts";
import { type ErrorPage, errorPages } from "./pages.ts";

const options = {} as const;

const help = `Usage: ebpf explain [CODE]

Explains an error of this package by its code: what it means, why it happens, and what to do. Without CODE, lists the codes.
The kernel's own errors are explained too (EPERM, EINVAL, ...), and the kinds of fault in reports of the verifier.

  ebpf explain ERR_EBPF_VERIFIER
  ebpf explain verifier
  ebpf explain not-released

  -h, --help   print this text
`;

function run(args: readonly string[]): ExitStatus {
  const { positionals } = parseOptions(args, options);
  const [name, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`expected one code, received ${positionals.length}`);
  const style = styleOf(process.stdout);
  if (name === undefined) {
    const width = Math.max(...Object.keys(errorPages).map(({ length }) => length));
    for (const [code, { means }] of Object.entries(errorPages))
      console.log(`${code.padEnd(width)}  ${means}`);
    return 0;
  }
  const errno = name.toUpperCase();
  if (Object.hasOwn(errnos, errno)) {
    console.log(`${style.bold(errno)}\n\n${errnos[errno]}`);
    return 0;
  }
  const code = `ERR_EBPF_${name
    .toUpperCase()
    .replace(/^ERR_EBPF_/, "")
    .replace(/-/g, "_")}`;
  const fault = Object.hasOwn(errorPages, code) ? undefined : faultText(name);
  console.log(fault ? `${style.bold(name)}\n\n${fault}` : pageText(code, pageOf(code), style.bold));
  return 0;
}

/** A kind of fault in the report of a refusal, as the page on the verifier has it: `error[not-released]: …`. */
function faultText(id: string): string | undefined {
  const page = attempt(readDocs)?.find((each) => pageName(each) === "verifier");
  const rows = page?.text.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm) ?? [];
  const means = [...rows].find(([, name]) => name === id)?.[2];
  return (
    means &&
    `Kind of fault in a report of the verifier: ${means}.\n\nThe report has the place and the remedy. ebpf docs verifier explains how to read it.`
  );
}

function pageOf(code: string): ErrorPage {
  const page = Object.hasOwn(errorPages, code) ? errorPages[code] : undefined;
  if (page !== undefined) return page;
  const near = nearestNames(code, Object.keys(errorPages));
  throw new UsageError(
    `unknown error code "${code}"${near.length > 0 ? `; nearest: ${near.join(", ")}` : ""}`,
  );
}

function pageText(
  code: string,
  { means, happens, remedy }: ErrorPage,
  bold: (text: string) => string,
): string {
  return `${bold(code)}\n\n${means}\n\n${bold("Why:")} ${happens}\n\n${bold("What to do:")} ${remedy}`;
}

export const command: Command = { help, options, run };
