import { UsageError } from "../../usage-error.ts";
import type { Command, Commands, ExitStatus } from "../command.ts";
import { parseOptions } from "../options.ts";
import { bash, fish, type Shown, zsh } from "./shells.ts";

const options = {} as const;

const help = `Usage: ebpf completions bash|zsh|fish

Writes the completions of commands and options for a shell.

  eval "$(ebpf completions bash)"                                in ~/.bashrc
  ebpf completions zsh > "\${fpath[1]}/_ebpf"
  ebpf completions fish > ~/.config/fish/completions/ebpf.fish

  -h, --help    print this text
`;

const shells: Readonly<Record<string, (commands: readonly Shown[]) => string>> = { bash, zsh, fish };

async function run(args: readonly string[], commands: Commands): Promise<ExitStatus> {
  const { positionals } = parseOptions(args, options);
  const [name, ...more] = positionals;
  const known = Object.keys(shells).join(", ");
  if (name === undefined || more.length > 0) throw new UsageError(`expected one of ${known}`);
  const write = Object.hasOwn(shells, name) ? shells[name] : undefined;
  if (write === undefined) throw new UsageError(`unknown shell "${name}"; expected one of ${known}`);
  process.stdout.write(write(await shown(commands)));
  return 0;
}

/** The commands and options from the tables that the commands themselves use. */
async function shown(commands: Commands): Promise<Shown[]> {
  return await Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => {
      const { command } = await load();
      return {
        name,
        summary,
        options: { ...command.options, help: { type: "boolean", short: "h" } as const },
      };
    }),
  );
}

export const command: Command = { help, options, run };
