import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { type Pin, pins } from "../vendor/pins.ts";
import { prebuild } from "./prebuild.ts";
import type { Step } from "./step.ts";

const file = "sbom.cdx.json";

/** The licences under which we take the pinned sources, as THIRD_PARTY_NOTICES.md says. */
const licences: Readonly<Record<string, string>> = {
  libbpf: "BSD-2-Clause",
  elfutils: "LGPL-3.0-or-later",
  zlib: "Zlib",
};

interface Component {
  readonly type: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

interface Bom {
  serialNumber?: string;
  metadata: { timestamp?: string; tools?: unknown; component: Component & { "bom-ref": string } };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** The bill of materials in CycloneDX: npm dependencies, and the libraries that are linked into the prebuilt addons. */
export const sbom: Step = {
  name: "sbom",
  needs: [prebuild],
  inputs: () => [
    "package.json",
    "package-lock.json",
    "scripts/build/sbom.ts",
    "scripts/vendor/pins.ts",
    ...prebuild.outputs(),
  ],
  outputs: () => [file],
  async run() {
    const bom = withoutRun(npmSbom());
    const package_ = bom.metadata.component["bom-ref"];
    const linked = [...pins.map(vendored), nodeAddonApi(), ...cxxRuntime];
    const addons = prebuild.outputs().map(addon);
    bom.components.push(...linked, ...addons);
    const refs = (components: readonly Component[]) => components.map((one) => one["bom-ref"] as string);
    bom.dependencies.find(({ ref }) => ref === package_)?.dependsOn.push(...refs(addons));
    for (const ref of refs(addons)) bom.dependencies.push({ ref, dependsOn: refs(linked) });
    writeFileSync(path.join(root, file), `${JSON.stringify(bom, null, 1)}\n`);
  },
};

function npmSbom(): Bom {
  const { status, stdout, stderr } = spawnSync(
    "npm",
    ["sbom", "--sbom-format=cyclonedx", "--sbom-type=library", "--omit=dev"],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`);
  return JSON.parse(stdout) as Bom;
}

/** Leaves out what differs between two runs over the same files. */
function withoutRun(bom: Bom): Bom {
  delete bom.serialNumber;
  delete bom.metadata.timestamp;
  delete bom.metadata.tools;
  // npm takes the name from the folder of the checkout.
  const { component } = bom.metadata;
  return { ...bom, metadata: { ...bom.metadata, component: { ...component, name: "ebpf" } } };
}

function vendored({ name, version, archives }: Pin): Component {
  const licence = licences[name];
  if (licence === undefined) throw new Error(`scripts/build/sbom.ts has no licence for ${name}`);
  const upstream = archives.find((archive) => archive.from === "upstream");
  return {
    "bom-ref": `${name}@${version}`,
    type: "library",
    name,
    version,
    purl: `pkg:generic/${name}@${version}`,
    licenses: [{ expression: licence }],
    externalReferences: archives
      .filter((archive) => archive === upstream)
      .map((archive) => ({
        type: "distribution",
        url: archive.from === "upstream" ? archive.url : "",
        hashes: [{ alg: "SHA-256", content: archive.sha256 }],
      })),
  };
}

/** Headers only, which npm counts among the tools of the build. */
function nodeAddonApi(): Component {
  const manifest = path.join(root, "node_modules/node-addon-api/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return {
    "bom-ref": `node-addon-api@${version}`,
    type: "library",
    name: "node-addon-api",
    version,
    purl: `pkg:npm/node-addon-api@${version}`,
    licenses: [{ license: { id: "MIT" } }],
  };
}

/** Those of scripts/sysroot. */
const cxxRuntime: readonly Component[] = ["libstdc++", "libgcc"].map((name) => ({
  "bom-ref": `${name}@10`,
  type: "library",
  name,
  version: "10",
  description: "Linked statically, from Debian 11",
  licenses: [{ expression: "GPL-3.0-or-later WITH GCC-exception-3.1" }],
}));

function addon(output: string): Component {
  return {
    "bom-ref": output,
    type: "file",
    name: output,
    hashes: [
      {
        alg: "SHA-256",
        content: createHash("sha256")
          .update(readFileSync(path.join(root, output)))
          .digest("hex"),
      },
    ],
  };
}
