// kernels: native
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { headingOf, unreleasedChanges, withRelease } from "../../scripts/release/changelog.ts";
import { compareVersions, parseVersion, type Version } from "../../scripts/release/version.ts";

const root = join(import.meta.dirname, "../..");
const prebuilds = ["prebuilds/linux-x64/ebpf.glibc.node", "prebuilds/linux-arm64/ebpf.glibc.node"];
const [own, other] = (process.arch === "x64" ? prebuilds : prebuilds.toReversed()) as [string, string];

/** A checkout with what the command reads and nothing built. */
const checkout = mkdtempSync(join(tmpdir(), "ebpf-release-"));
const files = [
  "scripts",
  "lib",
  "docs/.vitepress/navigation.ts",
  "package.json",
  "package-lock.json",
  ".gitignore",
];
for (const file of files) cpSync(join(root, file), join(checkout, file), { recursive: true });
edit("package.json", (text) =>
  JSON.stringify({ ...JSON.parse(text), version: "0.1.0", repository: undefined }),
);
edit("package-lock.json", (text) => {
  const { packages, ...lock } = JSON.parse(text);
  const own = { ...packages[""], version: "0.1.0" };
  return JSON.stringify({ ...lock, version: "0.1.0", packages: { ...packages, "": own } });
});
writeFileSync(join(checkout, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n- Everything.\n");
symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
appendFileSync(join(checkout, ".gitignore"), "/node_modules\n");
git("init", "--quiet", "--initial-branch", "main");
commit();
afterAll(() => rmSync(checkout, { recursive: true }));

beforeEach(() => {
  git("checkout", "--quiet", "--force", "main");
  git("clean", "--quiet", "-d", "--force");
  rmSync(join(checkout, "prebuilds"), { recursive: true, force: true });
});

function git(...args: string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost"];
  const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], {
    cwd: checkout,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(checkout, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function commit(): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", "Test");
}

/** Runs the command, and returns its list of problems. It must change nothing. */
function refusal(...args: string[]): string[] {
  const before = state();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "scripts/release/index.ts", ...args],
    { cwd: checkout, encoding: "utf8", env: { ...process.env, GITHUB_REPOSITORY: undefined } },
  );
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining("is not ready:") });
  expect(state()).toEqual(before);
  return stderr
    .split("\n")
    .filter((line) => line.startsWith("  - "))
    .map((line) => line.slice(4));
}

function state(): string[] {
  const files = ["package.json", "package-lock.json", "CHANGELOG.md"];
  return [
    git("rev-parse", "HEAD"),
    git("tag"),
    git("status", "--porcelain"),
    ...files.map((file) => readFileSync(join(checkout, file), "utf8")),
  ];
}

test("a release lists all that is missing at once, and changes nothing", () => {
  git("tag", "v0.9.0");
  git("checkout", "--quiet", "-b", "topic");
  writeFileSync(
    join(checkout, "CHANGELOG.md"),
    "# Changelog\n\n## Unreleased\n\n### Maps\n\n## 0.0.9 - 2026-01-01\n",
  );
  try {
    expect(refusal("0.0.9")).toEqual([
      "the work tree has changes that are not committed: CHANGELOG.md",
      "the branch is topic, not main",
      "version 0.0.9 is older than tag v0.9.0",
      "version 0.0.9 is older than 0.1.0, the version in package.json",
      'CHANGELOG.md lists nothing under "## Unreleased"',
      "CHANGELOG.md has a heading for 0.0.9",
      "package.json has no repository, without which npm refuses provenance",
      expect.stringMatching(/^out of date: vendor, lib, .*sbom, docs-archive; run npm run build$/),
      ...prebuilds.map((file) => `${file} is missing; run npm run build`),
    ]);
  } finally {
    git("tag", "--delete", "v0.9.0");
  }
});

test("a prebuilt addon that needs a newer glibc, or does not load, is refused", () => {
  for (const file of prebuilds) mkdirSync(join(checkout, file, ".."), { recursive: true });
  // The checks accept it, and the function that it wants is not there.
  const { status, stderr } = spawnSync(
    "gcc",
    ["-x", "c", "-", "-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-z,now", "-o", join(checkout, own)],
    { encoding: "utf8", input: "void napi_missing(void); void use(void) { napi_missing(); }" },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  // Built on this machine, with its own C library.
  cpSync(join(root, "build/Release/ebpf.node"), join(checkout, other));
  const problems = refusal("0.1.0", "--dry-run");
  expect(problems).toContainEqual(expect.stringMatching(/needs glibc 2\.\d+; 2\.28 is the newest allowed$/));
  expect(problems).toContainEqual(
    expect.stringMatching(`^${own} does not load in Node.js .*undefined symbol: napi_missing`),
  );
});

test("a tag is a release only with its version, its dated changes and a lock file that agrees", () => {
  edit("package-lock.json", (text) => JSON.stringify({ ...JSON.parse(text), version: "0.0.1" }));
  expect(refusal("--verify", "v0.2.0").slice(0, 3)).toEqual([
    "tag v0.2.0: package.json has the version 0.1.0",
    'CHANGELOG.md has no heading "## 0.1.0 - DATE"',
    "package-lock.json has the version 0.0.1 and 0.1.0, package.json 0.1.0",
  ]);
});

test("the unreleased changes get the version and its date, and nothing stays unreleased", () => {
  const before = "# Changelog\n\n## Unreleased\n\n- Everything.\n\n## 0.1.0 - 2026-01-01\n\n- Less.\n";
  expect(unreleasedChanges(before)).toBe("- Everything.");
  const after = withRelease(before, "0.2.0", "2026-02-03");
  expect(after).toBe(before.replace("- Everything", "## 0.2.0 - 2026-02-03\n\n- Everything"));
  expect(unreleasedChanges(after)).toBe("");
  expect(headingOf(after, "0.2.0")).toBe("## 0.2.0 - 2026-02-03");
  expect(headingOf(after, "0.2")).toBeUndefined();
});

test("versions are in the order of Semantic Versioning", () => {
  const ordered = [
    "0.1.0",
    "0.2.0-alpha",
    "0.2.0-alpha.1",
    "0.2.0-alpha.beta",
    "0.2.0-rc.2",
    "0.2.0-rc.10",
    "0.2.0",
    "0.10.0",
  ];
  const parsed = ordered.map((text) => parseVersion(text) as Version);
  for (const [index, version] of parsed.entries()) {
    for (const [other, against] of parsed.entries())
      expect(Math.sign(compareVersions(version, against))).toBe(Math.sign(index - other));
  }
  for (const text of ["v1.0.0", "1.0", "01.0.0", "1.0.0-01", "1.0.0+build", "latest"])
    expect(parseVersion(text), text).toBeUndefined();
});
