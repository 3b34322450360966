import { basename, resolve } from "node:path";
import { describeObject } from "../../codegen/describe-object.ts";
import { type Job, readInput } from "../../codegen/job.ts";
import { isCurrent } from "../../codegen/output.ts";
import { EbpfError } from "../../errors/index.ts";
import { UsageError } from "../usage-error.ts";
import { version } from "../version.ts";
import { watchInputs } from "../watch-inputs.ts";
import { type Arguments, parse } from "./arguments.ts";
import { help } from "./help.ts";
import { InputError, withName } from "./input-error.ts";
import { link } from "./link-objects.ts";
import { LoaderWriter } from "./writer.ts";

/** Runs the command. Returns its exit status. */
export function main(args: readonly string[]): 0 | 1 | 2 {
  try {
    const parsed = parse(args);
    if (parsed === "help") process.stdout.write(help);
    else if (parsed === "version") console.log(version());
    else return run(parsed);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`bpf2ts: ${error.message}\nTry bpf2ts --help.`);
      return 2;
    }
    complain(error);
    return 1;
  }
}

/** Prints the message of an expected error. Rethrows other errors, which need their stack. */
function complain(error: unknown): void {
  const isKnown = error instanceof InputError || error instanceof EbpfError;
  if (!isKnown && (error as NodeJS.ErrnoException).code === undefined) throw error;
  console.error(`bpf2ts: ${(error as Error).message}`);
}

function run(args: Arguments): 0 | 1 {
  const jobs = args.inputs.map(
    (input): Job => ({
      input,
      stem: stemOf(args),
      strip: args.strip,
      fields: args.fields,
      generate: args,
      link,
    }),
  );
  const writer = new LoaderWriter(args);
  switch (args.mode) {
    case "json":
      return each(jobs, (job) => {
        const description = withName(job, () => describeObject(readInput(job).spec));
        console.log(JSON.stringify(description, undefined, 2));
        return true;
      });
    case "check":
      return each(jobs, (job) => {
        const stale = writer.outputs(job).files.filter((file) => !isCurrent(file));
        for (const { path } of stale) console.error(`bpf2ts: ${path} is stale`);
        return stale.length === 0;
      });
    case "watch":
      watchAll(jobs, writer);
      return 0;
    case "write":
      return each(jobs, (job) => {
        writer.write(job);
        return true;
      });
  }
}

/** Runs all jobs, even if some fail. Returns the exit status. */
function each(jobs: readonly Job[], work: (job: Job) => boolean): 0 | 1 {
  let status: 0 | 1 = 0;
  for (const job of jobs) if (attempt(() => work(job)) !== true) status = 1;
  return status;
}

/** Writes now, and again after each change of an input, until Ctrl-C. An input that fails keeps its last files. */
function watchAll(jobs: readonly Job[], writer: LoaderWriter): void {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  for (const job of jobs)
    void watchInputs(namedInputs(job), stop.signal, async () => attempt(() => writer.write(job)))();
}

/** Calls a function. Reports the error that it throws, and returns undefined. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    complain(error);
    return undefined;
  }
}

function namedInputs({ input }: Job): string[] {
  const paths = input.kind === "object" ? [input.path] : input.paths;
  return paths.map((path) => resolve(path));
}

function stemOf({ stem, output }: Arguments): string | undefined {
  return output === undefined ? stem : basename(output).replace(/\.[jt]s$/, "");
}
