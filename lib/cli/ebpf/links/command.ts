import { Link } from "../../../index.ts";
import { printable } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { eachInKernel, type Finder, findInKernel } from "../kernel/find.ts";
import { type ListColumn, printFields, printList } from "../kernel/print-list.ts";
import { onlyArgument, parseOptions } from "../options.ts";
import { type DescribedLink, describeLink } from "./describe-link.ts";

const options = {
  detach: { type: "boolean" },
  json: { type: "boolean" },
} as const;

const help = `Usage: ebpf links [options] [ID|PIN]

Lists the links in the kernel, each an attachment of a program, or shows one. Attachments that are not bpf_links, such as
filters of tc, are not listed.

      --detach   detach the program of the link, even if another process holds it (Linux 5.9; not for tracing programs and probes)
      --json     one JSON object a line; integers beyond 2^53 are strings
  -h, --help     print this text
`;

const linkFinder: Finder<Link> = {
  kind: "link",
  ids: () => Link.ids(),
  fromId: (id) => Link.fromId(id),
  fromPin: (path) => Link.fromPin(path),
};

const columns: readonly ListColumn<DescribedLink>[] = [
  { title: "ID", align: "right", cell: ({ id }) => `${id}` },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "PROGRAM", align: "right", cell: ({ programId }) => (programId === 0 ? "" : `${programId}`) },
  { title: "NAME", flexible: true, cell: ({ programName = "" }) => printable(programName) },
  { title: "TARGET", flexible: true, min: 16, cell: ({ target = "" }) => printable(target) },
];

function run(args: readonly string[]): ExitStatus {
  const { values, positionals } = parseOptions(args, options);
  const name = onlyArgument("links", "link", positionals, options);
  if (name === undefined) {
    if (values.detach) throw new UsageError("--detach is for one link: pass its ID or the path of its pin");
    printList(eachInKernel(linkFinder, describeLink), columns, values.json);
    return 0;
  }
  using link = findInKernel(linkFinder, name);
  if (values.detach) link.detach();
  else if (values.json) printList([describeLink(link)], columns, true);
  else {
    const { id, type, programId, programName, target } = describeLink(link);
    const program = programId === 0 ? undefined : `${programId} ${printable(programName ?? "")}`.trimEnd();
    printFields({ id, type, program, target: target && printable(target) });
  }
  return 0;
}

export const command: Command = { help, options, run };
