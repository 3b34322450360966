import {
  EbpfError,
  enableStats,
  every,
  InterruptedError,
  type StatsSwitch,
  untilInterrupted,
} from "../../../index.ts";
import { Output, styleOf } from "../../terminal/index.ts";
import { watchInputs } from "../../watch-inputs.ts";
import type { ExitStatus } from "../command.ts";
import type { Arguments } from "./arguments.ts";
import { JsonView } from "./json-view.ts";
import { Prints } from "./prints.ts";
import { RecordLines } from "./record-lines.ts";
import { Running } from "./running.ts";
import { type RunInput, readSource } from "./source.ts";
import { StackLines } from "./stack-lines.ts";
import { keepMaps } from "./swap.ts";
import { TerminalView } from "./terminal-view.ts";
import { TextView } from "./text-view.ts";
import type { View } from "./view.ts";

/** The time limit in milliseconds for reading the last records, and for writing the last output. */
const LAST_RECORDS = 1000;
const LAST_OUTPUT = 1000;

/** Runs an object until it is stopped, and shows what its programs do. */
export async function runObject(args: Arguments): Promise<ExitStatus> {
  const output = new Output();
  const source = readSource(args.path, args);
  using stats = switchOn();
  using prints = new Prints(source.spec);
  using run = new Run(args, output, prints, await Running.start(source.spec, args));
  if (stats === undefined) run.view.note("the kernel does not count the runs of programs");
  await run.untilStopped(source);
  run.close();
  // A reader that has stopped reading must not keep this process alive.
  if (!(await output.flush(LAST_OUTPUT))) process.exit(0);
  return 0;
}

/** One run of an object, through all of its versions. */
class Run implements Disposable {
  readonly #args: Arguments;
  readonly #output: Output;
  readonly #prints: Prints;
  readonly #quit = new AbortController();
  readonly #signal: AbortSignal;
  readonly #start = performance.now();
  #running: Running;
  #view: View;
  #closed = false;

  constructor(args: Arguments, output: Output, prints: Prints, running: Running) {
    this.#args = args;
    this.#output = output;
    this.#prints = prints;
    this.#signal = AbortSignal.any([untilInterrupted({ timeout: args.duration }), this.#quit.signal]);
    this.#running = running;
    this.#view = viewOf(running, output, args.json);
  }

  get view(): View {
    return this.#view;
  }

  get #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  async untilStopped(source: RunInput): Promise<void> {
    const signal = this.#signal;
    this.#begin();
    this.#show();
    if (this.#args.watch) watchInputs(source.inputs, signal, () => this.#swap());
    for await (const _ of every(this.#args.interval, { signal })) this.#show();
    const running = this.#running;
    running.session.detach();
    await running.buffers.drain(this.#output.gone ? 0 : LAST_RECORDS);
    running.buffers.poll(this.#view);
    await this.#prints.read();
    if (!this.#output.gone) this.#view.end(running.summary(this.#seconds));
    // `read` can itself wait for a reader of the output that has stopped reading.
    if (running.buffers.failure !== undefined) throw running.buffers.failure;
  }

  #end(): void {
    this.#quit.abort(new InterruptedError());
  }

  /** Shows records and lines of the present version from now on. */
  #begin(): void {
    const running = this.#running;
    for (const note of running.notes) this.#view.note(note);
    void running.buffers.read(this.#view).then(() => running.buffers.failure && this.#end());
    this.#prints.show(running.spec, this.#view);
  }

  #show(): void {
    this.#running.buffers.poll(this.#view);
    this.#view.snapshot(this.#running.snapshot(this.#seconds));
  }

  /**
   * Replaces the running programs with those of the changed source. The new ones are attached before the old ones are
   * detached, so that no event is missed. Returns the files to watch; undefined when the old version keeps running.
   */
  async #swap(): Promise<readonly string[] | undefined> {
    const old = this.#running;
    let inputs: readonly string[] | undefined;
    try {
      const source = readSource(this.#args.path, this.#args);
      inputs = source.inputs;
      // A ring buffer has one reader: unread records stay in the ring, which is kept.
      old.buffers.close();
      this.#running = await Running.start(source.spec, this.#args, (spec) => keepMaps(spec, old.session));
      old.close();
      this.#view.close();
      this.#view = viewOf(this.#running, this.#output, this.#args.json);
      this.#view.note(`programs of ${this.#args.path} were replaced`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#view.note(`${error.message}\nthe old programs keep running`);
      // Undefined if nothing was closed yet.
      if (inputs !== undefined) old.reopen(this.#args);
      else return undefined;
    }
    this.#begin();
    return inputs;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Detaches, unloads, and restores the terminal. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
    this.#view.close();
    this.#running.close();
  }
}

function viewOf({ buffers, session }: Running, output: Output, json: boolean): View {
  if (json) return new JsonView(output);
  const { views } = buffers;
  const records = new RecordLines(views, styleOf(process.stdout), new StackLines(session.coll, views));
  return process.stdout.isTTY ? new TerminalView(output, records) : new TextView(output, records);
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
