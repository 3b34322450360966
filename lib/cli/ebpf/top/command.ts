import { enableStats, every, InterruptedError, untilInterrupted } from "../../../index.ts";
import { columnsOf, FullScreen, jsonLine, Output, styleOf } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { parseOptions } from "../options.ts";
import { milliseconds } from "../values/parse-seconds.ts";
import { type Drawing, sortBy, type TopOrder, topLines } from "./lines.ts";
import { TopMeter, type TopProgram } from "./meter.ts";

const options = {
  interval: { type: "string" },
  duration: { type: "string" },
  sort: { type: "string" },
  once: { type: "boolean" },
  json: { type: "boolean" },
} as const;

const orders: readonly TopOrder[] = ["cpu", "runs", "time", "memory", "id"];

const help = `Usage: ebpf top [options]

Shows all programs of the machine: how often they run, how much time of one CPU they take, and the memory of their maps.
The kernel counts while this runs, at about 20 ns for each run of a program.

      --sort KEY            ${orders.join(", ")} (default: cpu)
      --interval SECONDS    time between two measurements (default: 1)
      --duration SECONDS    stop after this time
      --once                print one measurement
      --json                one JSON object for each program and measurement
  -h, --help                print this text

On a terminal: q ends, c r t m i sort.
`;

async function run(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = parseOptions(args, options);
  if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
  const { sort = "cpu", once = false, json = false } = values;
  if (!(orders as readonly string[]).includes(sort))
    throw new UsageError(`unknown --sort "${sort}"; expected ${orders.join(", ")}`);
  const interval = milliseconds(values.interval ?? "1", "--interval");
  const timeout = values.duration === undefined ? undefined : milliseconds(values.duration, "--duration");
  using _stats = enableStats();
  const meter = new TopMeter();
  meter.measure();
  const output = new Output();
  const signal = untilInterrupted({ timeout });
  const order = sort as TopOrder;
  if (once) {
    for await (const _ of every(interval, { signal })) break;
    await write(output, meter.measure(), order, json);
  } else if (json || !process.stdout.isTTY) {
    for await (const _ of every(interval, { signal })) {
      // Measurements are not queued for a slow reader, because the next one has all values.
      if (!output.blocked) void write(output, meter.measure(), order, json);
    }
  } else await live(meter, signal, interval, order);
  if (!(await output.flush(2000))) process.exit(0);
  return 0;
}

function write(
  output: Output,
  programs: readonly TopProgram[],
  order: TopOrder,
  json: boolean,
): Promise<void> | undefined {
  const sorted = sortBy(order, programs);
  const lines = json ? sorted.map(jsonLine) : [...topLines(sorted, drawing(undefined)), ""];
  return output.write(lines.map((line) => `${line}\n`).join(""));
}

function drawing(rows: number | undefined): Drawing {
  return { width: columnsOf(process.stdout), rows, style: styleOf(process.stdout) };
}

const keys: Readonly<Record<string, TopOrder>> = { c: "cpu", r: "runs", t: "time", m: "memory", i: "id" };

async function live(
  meter: TopMeter,
  interrupted: AbortSignal,
  interval: number,
  first: TopOrder,
): Promise<void> {
  const quit = new AbortController();
  const signal = AbortSignal.any([interrupted, quit.signal]);
  let order = first;
  let programs = meter.measure();
  const draw = () => screen.draw(topLines(sortBy(order, programs), drawing(screen.rows), order));
  const screen = new FullScreen(process.stdout, draw);
  const { stdin } = process;
  const onKey = (key: string) => {
    // In raw mode Ctrl-C is a key.
    if (key === "q" || key === "\u0003") quit.abort(new InterruptedError());
    order = keys[key] ?? order;
    draw();
  };
  try {
    if (stdin.isTTY) stdin.setRawMode(true).setEncoding("utf8").on("data", onKey);
    draw();
    for await (const _ of every(interval, { signal })) {
      programs = meter.measure();
      draw();
    }
  } finally {
    if (stdin.isTTY) stdin.off("data", onKey).setRawMode(false).pause();
    screen.close();
  }
}

export const command: Command = { help, options, run };
