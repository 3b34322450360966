import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

export interface DebianSources {
  /** Downloads the file of source package `name` that has this checksum. */
  download(name: string, sha256: string): Promise<Uint8Array>;
}

/**
 * Source packages of other Debian suites than the machine's own, in lists kept apart from the machine's:
 * nothing in /etc/apt or /var/lib/apt is touched, so this needs no root. The mirror is the one this
 * machine's apt uses; apt verifies the signatures.
 */
export function openDebianSources(folder: string, suites: readonly string[]): DebianSources {
  const lists = path.join(folder, suites.join("-"));
  mkdirSync(path.join(lists, "lists", "partial"), { recursive: true });
  const sourcesList = path.join(lists, "sources.list");
  const mirror = debianMirror();
  writeFileSync(
    sourcesList,
    suites.map((suite) => `deb-src [signed-by=${keyring}] ${mirror} ${suite} main\n`).join(""),
  );
  const options = [
    `Dir::State=${lists}`,
    `Dir::State::lists=${path.join(lists, "lists")}`,
    `Dir::State::status=/dev/null`,
    `Dir::Cache=${lists}`,
    `Dir::Etc::sourcelist=${sourcesList}`,
    "Dir::Etc::sourceparts=/dev/null",
    // As root, apt would fetch as user _apt, who cannot write here.
    ...(process.getuid?.() === 0 ? ["APT::Sandbox::User=root"] : []),
  ].flatMap((option) => ["-o", option]);

  return {
    async download(name, sha256) {
      run("apt-get", [...options, "update", "--error-on=any"]);
      for (const version of versions(run("apt-cache", [...options, "showsrc", "--only-source", name]))) {
        const uris = run("apt-get", [...options, "source", "--print-uris", `${name}=${version}`]);
        const line = uris.split("\n").find((text) => text.includes(sha256));
        const uri = line && /^'([^']+)'/.exec(line)?.[1];
        if (!uri) continue;
        const scratch = mkdtempSync(path.join(lists, "get-"));
        try {
          const target = path.join(scratch, "archive");
          run("/usr/lib/apt/apt-helper", [...options, "download-file", uri, target, `SHA256:${sha256}`]);
          return readFileSync(target);
        } finally {
          rmSync(scratch, { recursive: true });
        }
      }
      throw new Error(`no file with the pinned sha256 in source package ${name}`);
    },
  };
}

function debianMirror(): string {
  const targets = run("apt-get", [
    "indextargets",
    "--format",
    "$(REPO_URI)",
    "Created-By: Packages",
    "Label: Debian",
  ]);
  const mirror = targets.split("\n").find((line) => line !== "");
  if (!mirror)
    throw new Error("this machine's apt has no Debian mirror (or no `apt-get update` was done yet)");
  return mirror;
}

function versions(showsrc: string): string[] {
  return [...new Set([...showsrc.matchAll(/^Version: (.+)$/gm)].map((match) => match[1] as string))];
}

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command} failed: ${result.stderr.trim()}`);
  return result.stdout;
}
