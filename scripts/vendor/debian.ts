import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Downloads the file with this checksum of a Debian source package, from suites that need not be the
 * machine's own. The lists are kept apart from the machine's: nothing in /etc/apt or /var/lib/apt is touched,
 * so this needs no root. The mirror is the one this machine's apt uses; apt verifies the signatures.
 */
export function downloadDebianSource(name: string, sha256: string, suites: readonly string[]): Uint8Array {
  const folder = mkdtempSync(path.join(tmpdir(), "ebpf-apt-"));
  try {
    const options = aptOptions(folder, suites);
    run("apt-get", [...options, "update", "--error-on=any"]);
    for (const version of versions(run("apt-cache", [...options, "showsrc", "--only-source", name]))) {
      const uris = run("apt-get", [...options, "source", "--print-uris", `${name}=${version}`]);
      const line = uris.split("\n").find((text) => text.includes(sha256));
      const uri = line && /^'([^']+)'/.exec(line)?.[1];
      if (!uri) continue;
      const file = path.join(folder, "archive");
      run("/usr/lib/apt/apt-helper", [...options, "download-file", uri, file, `SHA256:${sha256}`]);
      return readFileSync(file);
    }
    throw new Error(`no file with the pinned sha256 in source package ${name}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function aptOptions(folder: string, suites: readonly string[]): string[] {
  const lists = path.join(folder, "lists");
  const sources = path.join(folder, "sources.list");
  const mirror = debianMirror();
  mkdirSync(path.join(lists, "partial"), { recursive: true });
  writeFileSync(
    sources,
    suites.map((suite) => `deb-src [signed-by=${keyring}] ${mirror} ${suite} main\n`).join(""),
  );
  return [
    `Dir::State=${folder}`,
    `Dir::State::lists=${lists}`,
    "Dir::State::status=/dev/null",
    `Dir::Cache=${folder}`,
    `Dir::Etc::sourcelist=${sources}`,
    "Dir::Etc::sourceparts=/dev/null",
    // A mirror that has stood still for a while serves as well: what is taken from it has a pinned checksum.
    "Acquire::Check-Valid-Until=false",
    // As root, apt would fetch as user _apt, which cannot write here.
    ...(process.getuid?.() === 0 ? ["APT::Sandbox::User=root"] : []),
  ].flatMap((option) => ["-o", option]);
}

function debianMirror(): string {
  // The label distinguishes the main archive from the security archive, which has no other suites.
  const targets = run("apt-get", [
    ...["indextargets", "--format", "$(REPO_URI)"],
    ...["Created-By: Packages", "Label: Debian"],
  ]);
  const mirror = targets.split("\n").find((line) => line !== "");
  if (!mirror) throw new Error("this machine's apt has no Debian mirror, or `apt-get update` was never run");
  return mirror;
}

function versions(showsrc: string): Set<string> {
  return new Set([...showsrc.matchAll(/^Version: (.+)$/gm)].map((match) => match[1] as string));
}

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command} failed: ${result.stderr.trim()}`);
  return result.stdout;
}
