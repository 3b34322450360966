import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { packageRoot } from "../../../files/package-root.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { parseOptions } from "../options.ts";
import { compileAddon } from "./compile.ts";
import { unpackSources } from "./sources.ts";

const options = {
  unpack: { type: "string" },
  from: { type: "string" },
  output: { type: "string", short: "o" },
} as const;

const help = `Usage: ebpf build-addon [options]

Compiles the native addon of this package from the sources in the package, for a system that no prebuilt addon fits. Needs
a C++ compiler, make, Python 3 and the headers of Node; nothing is downloaded if the headers came with Node. The package
loads the compiled addon instead of the prebuilt one.

  ebpf build-addon
  ebpf build-addon --unpack sources      then change sources/native/vendor/elfutils, for example
  ebpf build-addon --from sources

      --unpack DIR    write the sources to a new folder, and compile nothing
      --from DIR      compile these sources
  -o, --output FILE   write the addon to this file (default: build/Release/ebpf.node in the package)
  -h, --help          print this text
`;

async function run(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = parseOptions(args, options);
  if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
  const { unpack, from, output } = values;
  if (unpack !== undefined && (from !== undefined || output !== undefined))
    throw new UsageError("--unpack excludes --from and --output");
  if (from !== undefined && !existsSync(join(from, "binding.gyp")))
    throw new UsageError(`--from: ${from} has no binding.gyp; ebpf build-addon --unpack ${from} writes one`);
  const root = packageRoot();
  if (root === undefined) throw new UsageError("the sources of the addon are not part of a bundle");
  if (unpack !== undefined) {
    unpackSources(root, unpack);
    return 0;
  }
  const target = resolve(output ?? join(root, "build/Release/ebpf.node"));
  const scratch = from === undefined ? mkdtempSync(join(tmpdir(), "ebpf-build-")) : undefined;
  try {
    if (scratch !== undefined) unpackSources(root, scratch);
    const addon = compileAddon(root, resolve(scratch ?? (from as string)));
    if (addon === undefined) return 1;
    install(addon, target);
    console.log(target);
    return 0;
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true });
  }
}

/** Replaces the file atomically: a running process keeps the file that it has loaded. */
function install(addon: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(addon, `${target}.new`);
  renameSync(`${target}.new`, target);
}

export const command: Command = { help, options, run };
