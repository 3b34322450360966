/** What an invocation of a command returns: 0 done, 1 failed, 2 wrong usage. */
export type ExitStatus = 0 | 1 | 2;

/** A subcommand of `ebpf`: the default export of its folder's command.ts. */
export interface Command {
  /** The text of `--help`. The first line is the usage. */
  help: string;
  /**
   * Runs the command. `--help` does not arrive here.
   *
   * @param args - The arguments behind the name of the command.
   * @throws UsageError for arguments that it does not accept. An EbpfError is printed, and its exit status is 1.
   */
  run(args: readonly string[]): Promise<ExitStatus> | ExitStatus;
}
