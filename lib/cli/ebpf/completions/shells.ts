import type { OptionType } from "../options.ts";

/** A command as completions show it. */
export interface Shown {
  name: string;
  summary: string;
  options: Readonly<Record<string, OptionType>>;
}

/** Completions for bash: commands, then options and files. */
export function bash(commands: readonly Shown[]): string {
  const cases = commands.map(({ name, options }) => `    ${name}) words="${flags(options).join(" ")}" ;;`);
  return `# bash completions of ebpf
_ebpf() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  if [[ $COMP_CWORD == 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${commands.map(({ name }) => name).join(" ")} --help --version" -- "$word")
    return
  fi
  [[ $word == -* ]] || return
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _ebpf ebpf
`;
}

/** Completions for zsh. */
export function zsh(commands: readonly Shown[]): string {
  const list = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, options }) => {
    const specs = Object.entries(options).flatMap(([option, type]) => zshOption(option, type));
    return `    ${name}) _arguments ${[...specs.map(quote), "'*:file:_files'"].join(" ")} ;;`;
  });
  return `#compdef ebpf
_ebpf() {
  local -a commands=(
${list.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
if [[ $funcstack[1] == _ebpf ]]; then _ebpf "$@"; else compdef _ebpf ebpf; fi
`;
}

function zshOption(name: string, { type, short, multiple }: OptionType): string[] {
  const star = multiple ? "*" : "";
  const value = type === "string" ? `:${name}:_files` : "";
  return [`${star}--${name}${value}`, ...(short === undefined ? [] : [`${star}-${short}${value}`])];
}

/** Completions for fish. */
export function fish(commands: readonly Shown[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c ebpf -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ...Object.entries(options).map(([option, { type, short }]) => {
      const parts = [`complete -c ebpf -n '__fish_seen_subcommand_from ${name}' -l ${option}`];
      if (short !== undefined) parts.push(`-s ${short}`);
      if (type === "string") parts.push("-r");
      return parts.join(" ");
    }),
  ]);
  return `# fish completions of ebpf\n${lines.join("\n")}\n`;
}

function flags(options: Shown["options"]): string[] {
  return Object.entries(options).flatMap(([name, { short }]) => [
    `--${name}`,
    ...(short ? [`-${short}`] : []),
  ]);
}

/** Quotes a word for all three shells. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
