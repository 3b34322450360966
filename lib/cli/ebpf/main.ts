import { meant } from "../../arguments/word.ts";
import { EbpfError } from "../../errors/index.ts";
import { UsageError } from "../usage-error.ts";
import { version } from "../version.ts";
import type { ExitStatus } from "./command.ts";
import { commands } from "./commands.ts";
import { help } from "./help.ts";

/** Runs the command `ebpf`. Returns its exit status. */
export async function main(args: readonly string[]): Promise<ExitStatus> {
  // The reader of the pipe, such as head, has closed it, or the terminal is gone.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    process.exit();
  });
  const [name, ...rest] = args;
  try {
    if (name === undefined) {
      process.stderr.write(help());
      return 2;
    }
    if (name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
      process.stdout.write(help());
      return 0;
    }
    if (name === "--version") {
      console.log(version());
      return 0;
    }
    if (name === "help") return await main([rest[0] as string, "--help"]);
    return await runCommand(name, rest);
  } catch (error) {
    return report(error, name);
  }
}

async function runCommand(name: string, args: readonly string[]): Promise<ExitStatus> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const names = Object.keys(commands);
    const hint = meant(name, names);
    const expected = `expected one of ${names.join(", ")}`;
    throw new UsageError(`unknown command "${name}"; ${expected}${hint === undefined ? "" : `. ${hint}`}`);
  }
  const { command } = await entry.load();
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  if (args.slice(0, end).some((arg) => arg === "--help" || arg === "-h")) {
    process.stdout.write(command.help);
    return 0;
  }
  return await command.run(args, commands);
}

/** Prints the message of an expected error. Rethrows other errors, which need their stack. */
function report(error: unknown, name: string | undefined): ExitStatus {
  if (error instanceof UsageError) {
    const known = name !== undefined && Object.hasOwn(commands, name);
    console.error(`ebpf: ${error.message}\nTry ebpf ${known ? `${name} ` : ""}--help.`);
    return 2;
  }
  if (!(error instanceof EbpfError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
  console.error(`ebpf: ${(error as Error).message}`);
  return 1;
}
