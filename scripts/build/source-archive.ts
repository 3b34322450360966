import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../root.ts";
import { filesBelow } from "./files.ts";
import { nativeInputs } from "./native.ts";
import type { Step } from "./step.ts";
import { vendor } from "./vendor.ts";

const archive = "native/source.tar.br";

// The package has these as files, for BPF programs.
const unpacked = manifest.files.filter((file) => file.startsWith("native/vendor/include/"));

/** The sources of the addon for the package, in one archive: a package with a binding.gyp is compiled by package managers. */
export const sourceArchive: Step = {
  name: "source-archive",
  needs: [vendor],
  inputs: () => [...nativeInputs(), "package.json", "scripts/build/source-archive.ts"],
  outputs: () => [archive],
  async run() {
    const files = [
      "binding.gyp",
      ...filesBelow("native", ".c", ".cc", ".h", ".cjs", ".map", ".gypi").filter(
        (file) => !file.startsWith("native/bpf-include/") && !isUnpacked(file),
      ),
      ...filesBelow("node_modules/node-addon-api", ".h", "package.json", "index.js", "LICENSE.md").filter(
        (file) => !file.includes("/tools/"),
      ),
    ];
    const tar = spawnSync(
      "tar",
      // The same sources always make the same archive.
      [
        ...["--create", "--format=ustar", "--sort=none", "--mtime=2020-01-01", "--owner=0", "--group=0"],
        ...["--numeric-owner", "--mode=u=rwX,go=rX", "--files-from=-"],
      ],
      { cwd: root, input: files.join("\n"), maxBuffer: 1 << 28 },
    );
    if (tar.status !== 0) throw new Error(`tar failed: ${tar.stderr}`);
    const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
    const params = {
      [BROTLI_PARAM_QUALITY]: 11,
      [BROTLI_PARAM_LGWIN]: 24,
      [BROTLI_PARAM_SIZE_HINT]: tar.stdout.length,
    };
    writeFileSync(path.join(root, archive), brotliCompressSync(tar.stdout, { params }));
  },
};

/** Whether the package has this header as a file, under this name or that of its copy. */
function isUnpacked(file: string): boolean {
  const copy = file
    .replace("native/vendor/libbpf/include/uapi/", "native/vendor/include/")
    .replace("native/vendor/libbpf/src/", "native/vendor/include/bpf/");
  return unpacked.some((path) => copy === path || copy.startsWith(`${path}/`));
}
