import type { OptionType } from "./options.ts";

/** What an invocation of a command returns: 0 done, 1 failed, 2 wrong usage. */
export type ExitStatus = 0 | 1 | 2;

/** A subcommand of `ebpf`: the default export of its folder's command.ts. */
export interface Command {
  /** The text of `--help`. The first line is the usage. */
  help: string;
  /** The options that `run` parses, for the completions of shells. `--help` is not among them. */
  options: Readonly<Record<string, OptionType>>;
  /**
   * Runs the command. The caller handles `--help`.
   *
   * @param args - The arguments after the name of the command.
   * @param commands - All commands by name.
   * @throws {@link UsageError} for arguments that it does not accept. An {@link EbpfError} is printed, and its exit status is 1.
   */
  run(args: readonly string[], commands: Commands): Promise<ExitStatus> | ExitStatus;
}

/** The subcommands by name. */
export type Commands = Readonly<Record<string, CommandEntry>>;

export interface CommandEntry {
  /** One line for the list in `ebpf --help`. */
  summary: string;
  /** Imports the command. Each command is imported only when it runs, so that one does not slow down the start of another. */
  load(): Promise<{ command: Command }>;
}
