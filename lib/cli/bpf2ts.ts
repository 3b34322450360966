#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { dependencyRule } from "../codegen/depfile.ts";
import { describeObject } from "../codegen/describe-object.ts";
import { type Job, nameOf, readInput, runJob } from "../codegen/job.ts";
import { isCurrent, type OutputFile, write } from "../codegen/output.ts";
import { EbpfError } from "../errors.ts";
import { packageRoot } from "../package-root.ts";
import { type Arguments, parse, UsageError } from "./bpf2ts-arguments.ts";
import { help } from "./bpf2ts-help.ts";
import { InputError, withName } from "./input-error.ts";
import { link } from "./link-objects.ts";
import { watchInputs } from "./watch.ts";

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): 0 | 1 | 2 {
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

/** Says what went wrong, unless it is a mistake of ours, which is to be seen with its stack. */
function complain(error: unknown): void {
  const isKnown = error instanceof InputError || error instanceof EbpfError;
  if (!isKnown && (error as NodeJS.ErrnoException).code === undefined) throw error;
  console.error(`bpf2ts: ${(error as Error).message}`);
}

function version(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

function run(args: Arguments): 0 | 1 {
  const rules = new Map<Job, string>();
  const jobs = args.inputs.map(
    (input): Job => ({ input, stem: stemOf(args), strip: args.strip, generate: args, link }),
  );
  switch (args.mode) {
    case "json":
      for (const job of jobs) {
        const description = withName(job, () => describeObject(readInput(job).spec));
        console.log(JSON.stringify(description, undefined, 2));
      }
      return 0;
    case "check": {
      const stale = jobs.flatMap((job) => outputs(job, args).files).filter((file) => !isCurrent(file));
      for (const { path } of stale) console.error(`bpf2ts: ${path} is stale`);
      return stale.length > 0 ? 1 : 0;
    }
    case "watch":
      for (const job of jobs) watchInputs(namedInputs(job), () => tryToWrite(job, args, rules));
      return 0;
    case "write":
      for (const job of jobs) writeAll(job, args, rules);
      return 0;
  }
}

/**
 * @param rules - Of the makefile, by the job that they are for.
 * @returns the inputs.
 */
function writeAll(job: Job, args: Arguments, rules: Map<Job, string>): string[] {
  const { files, notes, inputs } = outputs(job, args);
  for (const file of files) console.log(`${file.path}: ${write(file)}`);
  for (const note of notes) console.error(`bpf2ts: ${nameOf(job)}: ${note}`);
  if (args.depfile !== undefined) {
    const targets = files.map(({ path }) => path);
    rules.set(job, dependencyRule(targets, inputs));
    write({ path: args.depfile, contents: [...rules.values()].join("\n") });
  }
  return inputs;
}

function namedInputs({ input }: Job): string[] {
  const paths = input.kind === "object" ? [input.path] : input.paths;
  return paths.map((path) => resolve(path));
}

/** A source that does not compile just now is no reason to stop watching it. */
function tryToWrite(job: Job, args: Arguments, rules: Map<Job, string>): string[] | undefined {
  try {
    return writeAll(job, args, rules);
  } catch (error) {
    complain(error);
    return undefined;
  }
}

function outputs(
  job: Job,
  args: Arguments,
): { files: OutputFile[]; notes: readonly string[]; inputs: string[] } {
  const { files, notes, inputs } = withName(job, () => runJob(job));
  const folder = args.output === undefined ? args.outputDir : dirname(args.output);
  return {
    files: files.map(({ name, contents }) => ({ path: join(folder, name), contents })),
    notes,
    inputs,
  };
}

function stemOf({ stem, output }: Arguments): string | undefined {
  return output === undefined ? stem : basename(output).replace(/\.[jt]s$/, "");
}
