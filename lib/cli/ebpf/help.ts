import { commands } from "./commands.ts";

/** The text of `ebpf --help`. */
export function help(): string {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  const list = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `Usage: ebpf COMMAND [options]

${list.join("")}
  -h, --help     print this text; ebpf COMMAND --help prints that of a command
      --version  print the version of this package

Exit status: 0 done, 1 failed, 2 wrong usage.
`;
}
