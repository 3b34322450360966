// The common part of the tools: --help, --json, --seconds, a clean end on Ctrl-C and on a closed pipe.
import { type ParseArgsConfig, parseArgs } from "node:util";
import { type RingBuf, untilInterrupted } from "ebpf";

type Options = NonNullable<ParseArgsConfig["options"]>;

const common = {
  json: { type: "boolean" },
  seconds: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const satisfies Options;

const commonHelp = `      --json           one JSON object a line
      --seconds N      end after N seconds
  -h, --help           this text`;

/** What a tool was asked to do. */
export interface Command<T extends Options> {
  values: ReturnType<typeof parse<T>>["values"];
  positionals: string[];
  /** Aborted by Ctrl-C, SIGTERM, --seconds, and when the output pipe is closed. */
  signal: AbortSignal;
  /** Prints a record: as JSON with --json, else by `text`. */
  print(record: object, text: () => string): void;
  /** Prints what is not a record, once the tool is at work: with --json to stderr. */
  say(text: string): void;
}

function parse<T extends Options>(options: T) {
  return parseArgs({ options: { ...options, ...common }, allowPositionals: true });
}

/**
 * Reads the command line of a tool. Ends the process after --help, and with status 2 for wrong usage.
 *
 * @param usage - The first lines of the help, and a line for each option of the tool's own.
 */
export function command<T extends Options>(usage: string, options: T): Command<T> {
  let parsed: ReturnType<typeof parse<T>>;
  let seconds: number | undefined;
  try {
    parsed = parse(options);
    seconds = numberOption("--seconds", (parsed.values as { seconds?: string }).seconds);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
  const { json, help } = parsed.values as { json?: boolean; help?: boolean };
  if (help) {
    console.log(`${usage}\n${commonHelp}`);
    process.exit(0);
  }
  const write = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    values: parsed.values,
    positionals: parsed.positionals,
    signal: untilInterrupted({ timeout: seconds && seconds * 1000 }),
    print: (record, text) => write(json ? JSON.stringify(record, replacer) : text()),
    say: (text) => (json ? console.error(text) : write(text)),
  };
}

/**
 * Tells on stderr how many records did not fit into the ring, because stdout was read too slowly: each second that there
 * are more, and at the end.
 */
export function tellLost(events: Pick<RingBuf, "statistics">, signal: AbortSignal): void {
  let told = 0n;
  const tell = () => {
    const { lost = 0n } = events.statistics();
    if (lost > told) console.error(`lost ${lost - told} events: the output is read too slowly`);
    told = lost;
  };
  const timer = setInterval(tell, 1000).unref();
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    tell();
  });
}

/** A number above 0 from the command line; undefined when it was not given. */
export function numberOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${name}: expected a number above 0, received "${text}"`);
  return number;
}

/** `10:42:07`, in local time. */
export function clock(time: Date): string {
  return time.toTimeString().slice(0, 8);
}

function replacer(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
