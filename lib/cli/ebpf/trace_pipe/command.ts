import { once } from "node:events";
import { untilInterrupted, wallTime } from "../../../index.ts";
import { jsonLine, Output, printable, styleOf } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { parseOptions } from "../options.ts";
import { TraceFeed } from "../trace-feed.ts";
import { clockText } from "../values/field-rules.ts";
import { milliseconds } from "../values/parse-seconds.ts";

const options = {
  duration: { type: "string" },
  json: { type: "boolean" },
} as const;

const help = `Usage: ebpf trace_pipe [options]

Prints what the programs of this machine write with bpf_printk, with the task that each line was written in. The kernel
gives each line to one reader of the trace pipe only.

      --duration SECONDS   stop after this time
      --json               one JSON object a line
  -h, --help               print this text
`;

async function run(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = parseOptions(args, options);
  if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
  const output = new Output();
  const style = styleOf(process.stdout);
  using pipe = new TraceFeed((line) => {
    const { time, task, pid, cpu, text } = line;
    if (values.json) return output.write(`${jsonLine(line)}\n`);
    const at = clockText(wallTime(BigInt(Math.round(time * 1e9))));
    const shownTask = `${printable(task)}-${pid}`.padEnd(24);
    return output.write(
      `${style.dim(at)}  ${`${cpu}`.padStart(3)}  ${style.cyan(shownTask)}  ${printable(text)}\n`,
    );
  });
  const timeout = values.duration === undefined ? undefined : milliseconds(values.duration, "--duration");
  // The reading of the pipe keeps the process alive.
  await once(untilInterrupted({ timeout }), "abort");
  await pipe.read();
  if (!(await output.flush(2000))) process.exit(0);
  return 0;
}

export const command: Command = { help, options, run };
