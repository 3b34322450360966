import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../root.ts";

/** One way to install, bundle or run the package. */
export interface Case {
  readonly group: "runtimes" | "package managers" | "bundlers";
  /** The tool with its version. */
  readonly tool: string;
  /** What the user writes or runs. */
  readonly how: string;
  /** Whether .ci/run tries it. */
  readonly short?: boolean;
  /** Throws an error if it does not work. */
  run(lab: Lab): void;
}

/** A folder for one case, with the packed package and the programs to run. */
export class Lab {
  readonly folder: string;
  readonly tarball: string;
  readonly object: string;

  constructor(tarball: string) {
    this.folder = mkdtempSync(path.join(tmpdir(), "ebpf-packaging-"));
    this.tarball = tarball;
    // Outside of the project, so that it is there when the project is not.
    this.object = path.join(path.dirname(tarball), "smoke.bpf.o");
    mkdirSync(this.project);
  }

  /** Where the package is installed. */
  get project(): string {
    return path.join(this.folder, "project");
  }

  write(name: string, text: string): void {
    const file = path.join(this.project, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Puts the programs of test/packaging into the project, as an ES module package. */
  programs(): void {
    for (const name of ["object.mjs", "source.mjs"])
      cpSync(path.join(root, "test/packaging", name), path.join(this.project, name));
    cpSync(path.join(root, "bpf-examples/counter/counter.bpf.c"), path.join(this.project, "counter.bpf.c"));
  }

  manifest(more: object = {}): void {
    this.write(
      "package.json",
      JSON.stringify({ name: "app", version: "1.0.0", private: true, type: "module", ...more }),
    );
  }

  /** The programs, and the package installed by npm, offline and without scripts. */
  installed(): void {
    this.manifest();
    this.programs();
    const cache = path.join(this.folder, "npm-cache");
    this.command("npm", ["install", "--offline", "--cache", cache, "--no-audit", "--no-fund", this.tarball]);
  }

  /** Runs a command in the project. */
  command(command: string, args: readonly string[], options: { env?: Record<string, string> } = {}): string {
    return succeed(
      spawnSync(command, args, {
        cwd: this.project,
        encoding: "utf8",
        timeout: 280_000,
        env: { ...process.env, CI: "true", ...options.env },
      }),
      [command, ...args],
    );
  }

  /** Runs the program in the project. */
  expectOk(command: string, args: readonly string[], options: { env?: Record<string, string> } = {}): void {
    expectOk(this.command(command, args, options));
  }

  /** Copies a folder to a place without node_modules, hides the project, and runs the program there. */
  expectOkAlone(output: string, command: string, args: readonly string[]): void {
    const alone = mkdtempSync(path.join(tmpdir(), "ebpf-alone-"));
    const away = path.join(this.folder, "away");
    cpSync(path.join(this.project, output), alone, { recursive: true, verbatimSymlinks: true });
    renameSync(this.project, away);
    try {
      const program = command.startsWith("./") ? path.join(alone, command) : command;
      expectOk(
        succeed(spawnSync(program, args, { cwd: alone, encoding: "utf8", timeout: 60_000 }), [
          program,
          ...args,
        ]),
      );
    } finally {
      renameSync(away, this.project);
      rmSync(alone, { recursive: true });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function succeed(result: SpawnSyncReturns<string>, words: readonly string[]): string {
  const output = `${result.stdout}${result.stderr}`;
  if (result.error !== undefined) throw new Error(`${words.join(" ")}: ${result.error.message}\n${output}`);
  if (result.status !== 0) throw new Error(`${words.join(" ")} ended with ${result.status}:\n${output}`);
  return output;
}

function expectOk(output: string): void {
  if (!output.includes("packaging: ok")) throw new Error(`the program did not print its result:\n${output}`);
}
