import { EbpfError, enableStats, type StatsSwitch } from "../../../index.ts";
import { readTracefs } from "../../../kernel/tracefs.ts";
import { Output, styleOf } from "../../terminal/index.ts";
import type { ExitStatus } from "../command.ts";
import { Stop } from "../stop.ts";
import { TracePipe } from "../trace-pipe.ts";
import type { Arguments } from "./arguments.ts";
import { JsonView } from "./json-view.ts";
import { printedLines } from "./printed-lines.ts";
import { RecordLines } from "./record-lines.ts";
import { Running } from "./running.ts";
import { readSource } from "./source.ts";
import { StackLines } from "./stack-lines.ts";
import { TerminalView } from "./terminal-view.ts";
import { TextView } from "./text-view.ts";
import type { View } from "./view.ts";

/** Milliseconds that the rest of the output may take at the end. */
const LAST_OUTPUT = 2000;

/** Runs an object until it is stopped, and shows what its programs do. */
export async function runObject(args: Arguments): Promise<ExitStatus> {
  const output = new Output();
  const { spec } = readSource(args.path, args);
  using stats = switchOn();
  const running = await Running.start(spec, args);
  const stop = new Stop(output, args.duration);
  const view = viewOf(running, output, args.json);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    if (stats === undefined) view.note("the kernel does not count the runs of programs");
    for (const note of running.notes) view.note(note);
    void running.buffers.read(view).then(() => running.buffers.failure && stop.now());
    using prints = readPrints(running, view);
    const show = () => {
      running.buffers.poll(view);
      view.snapshot(running.snapshot(seconds()));
    };
    show();
    stop.every(args.interval * 1000, show);
    await stop.wait();
    await prints?.read();
    if (!output.gone) view.end(running.summary(seconds()));
    // The reading itself may wait for a reader of the output that has stopped reading.
    if (running.buffers.failure !== undefined) throw running.buffers.failure;
  } finally {
    stop.now();
    view.close();
    running.close();
  }
  // A reader that has stopped reading must not keep this process.
  if (!(await output.flush(LAST_OUTPUT))) process.exit(0);
  return 0;
}

function viewOf({ buffers, session }: Running, output: Output, json: boolean): View {
  if (json) return new JsonView(output);
  const { views } = buffers;
  const records = new RecordLines(views, styleOf(process.stdout), new StackLines(session.coll, views));
  return process.stdout.isTTY ? new TerminalView(output, records) : new TextView(output, records);
}

/** Shows the lines of bpf_printk; undefined if the programs write none. */
function readPrints({ session }: Running, view: View): TracePipe | undefined {
  const isOurs = printedLines(session.spec);
  if (isOurs === undefined) return undefined;
  if (readTracefs("tracing_on")?.trim() === "0")
    view.note("lines of bpf_printk are not shown: tracing is off (/sys/kernel/tracing/tracing_on is 0)");
  try {
    return new TracePipe((line) => (isOurs(line.text) ? view.print(line) : undefined));
  } catch (error) {
    view.note(`lines of bpf_printk are not shown: ${(error as Error).message}`);
    return undefined;
  }
}

/** Enables statistics; undefined without the privilege. */
function switchOn(): StatsSwitch | undefined {
  try {
    return enableStats();
  } catch (error) {
    if (error instanceof EbpfError) return undefined;
    throw error;
  }
}
