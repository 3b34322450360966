import { dirname, join } from "node:path";
import { dependencyRule } from "../../codegen/depfile.ts";
import { type Job, nameOf, runJob } from "../../codegen/job.ts";
import { type OutputFile, write } from "../../codegen/output.ts";
import type { Arguments } from "./arguments.ts";
import { InputError, withName } from "./input-error.ts";

interface Outputs {
  files: OutputFile[];
  /** Notes for the user. */
  notes: readonly string[];
  /** All input files of the outputs. */
  inputs: string[];
}

/** Writes the loaders of one run and the makefile rules with their dependencies. */
export class LoaderWriter {
  readonly #args: Arguments;
  /** The jobs by output path. */
  readonly #makers = new Map<string, Job>();
  readonly #rules = new Map<Job, string>();

  constructor(args: Arguments) {
    this.#args = args;
  }

  /**
   * Generates the files of a job without writing them.
   *
   * @throws {@link InputError} when another job of this run writes to the same path.
   */
  outputs(job: Job): Outputs {
    const { files, notes, inputs } = withName(job, () => runJob(job));
    const { output, outputDir } = this.#args;
    const folder = output === undefined ? outputDir : dirname(output);
    const placed = files.map(({ name, contents }) => ({ path: join(folder, name), contents }));
    for (const { path } of placed) {
      const other = this.#makers.get(path);
      if (other !== undefined && other !== job)
        throw new InputError(
          job,
          new Error(
            `${path} is already the output of ${nameOf(other)}; use a different --output-dir for each`,
          ),
        );
      this.#makers.set(path, job);
    }
    return { files: placed, notes, inputs };
  }

  /** Writes the files of a job. Returns its inputs. */
  write(job: Job): string[] {
    const { files, notes, inputs } = this.outputs(job);
    for (const file of files) console.log(`${file.path}: ${write(file)}`);
    for (const note of notes) console.error(`bpf2ts: ${nameOf(job)}: ${note}`);
    const { depfile } = this.#args;
    if (depfile !== undefined) {
      const targets = files.map(({ path }) => path);
      this.#rules.set(
        job,
        withName(job, () => dependencyRule(targets, inputs)),
      );
      write({ path: depfile, contents: [...this.#rules.values()].join("\n") });
    }
    return inputs;
  }
}
