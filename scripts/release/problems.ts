import { headingOf, unreleasedChanges } from "./changelog.ts";
import { lockedVersions, manifest, read } from "./files.ts";
import { git, gitLines } from "./git.ts";
import { compareVersions, parseVersion } from "./version.ts";

const branch = "main";

/** Why this version cannot be released from this commit. */
export function releaseProblems(version: string): string[] {
  return [...treeProblems(), ...versionProblems(version), ...consistencyProblems(), ...repositoryProblems()];
}

/** Why the tagged commit is not a release. */
export function tagProblems(tag: string): string[] {
  const { version } = manifest();
  const dated = new RegExp(`^## ${version.replaceAll(".", "\\.")} - \\d{4}-\\d\\d-\\d\\d$`);
  const heading = headingOf(read("CHANGELOG.md"), version);
  return [
    ...(tag === `v${version}` ? [] : [`tag ${tag}: package.json has the version ${version}`]),
    ...(heading !== undefined && dated.test(heading)
      ? []
      : [`CHANGELOG.md has no heading "## ${version} - DATE"`]),
    ...consistencyProblems(),
    ...repositoryProblems(),
  ];
}

/** Places that repeat the version and disagree. */
export function consistencyProblems(): string[] {
  const { version } = manifest();
  return lockedVersions().every((locked) => locked === version)
    ? []
    : [`package-lock.json has the version ${lockedVersions().join(" and ")}, package.json ${version}`];
}

function treeProblems(): string[] {
  const problems: string[] = [];
  const changed = gitLines("status", "--porcelain").map((line) => line.slice(3));
  if (changed.length > 0) {
    const shown =
      changed.slice(0, 5).join(", ") + (changed.length > 5 ? ` and ${changed.length - 5} more` : "");
    problems.push(`the work tree has changes that are not committed: ${shown}`);
  }
  const current = git("rev-parse", "--abbrev-ref", "HEAD");
  if (current !== branch) problems.push(`the branch is ${current}, not ${branch}`);
  // As of the last fetch: the command itself needs no network.
  const upstream = gitLines("for-each-ref", "--format=%(upstream:short)", `refs/heads/${current}`)[0];
  if (upstream !== undefined && gitLines("for-each-ref", `refs/remotes/${upstream}`).length > 0) {
    const behind = Number(git("rev-list", "--count", `HEAD..${upstream}`));
    if (behind > 0) problems.push(`${upstream} has ${behind} commits that ${current} lacks`);
  }
  return problems;
}

function versionProblems(text: string): string[] {
  const version = parseVersion(text);
  if (version === undefined) return [`the version "${text}" is not of the form 1.2.3 or 1.2.3-rc.1`];
  const problems: string[] = [];
  const tags = gitLines("tag", "--list", "v*").map((tag) => tag.slice(1));
  const released = tags.flatMap((tag) => parseVersion(tag) ?? []);
  const current = manifest().version;
  if (tags.includes(text)) problems.push(`tag v${text} exists`);
  const newest = released.sort(compareVersions).at(-1);
  if (newest !== undefined && compareVersions(version, newest) < 0)
    problems.push(`version ${text} is older than tag v${newest.numbers.join(".")}${suffix(newest.pre)}`);
  // The version of package.json itself can be released once: the first release.
  const parsed = parseVersion(current);
  if (parsed !== undefined && compareVersions(version, parsed) < 0)
    problems.push(`version ${text} is older than ${current}, the version in package.json`);
  const changelog = read("CHANGELOG.md");
  const changes = unreleasedChanges(changelog);
  if (changes === undefined) problems.push('CHANGELOG.md has no heading "## Unreleased"');
  else if (changes === "") problems.push('CHANGELOG.md lists nothing under "## Unreleased"');
  if (headingOf(changelog, text) !== undefined) problems.push(`CHANGELOG.md has a heading for ${text}`);
  return problems;
}

function suffix(pre: readonly string[]): string {
  return pre.length === 0 ? "" : `-${pre.join(".")}`;
}

/** npm accepts provenance only for a package that names the repository whose workflow signed it. */
function repositoryProblems(): string[] {
  const { repository } = manifest();
  const url = typeof repository === "string" ? repository : repository?.url;
  if (url === undefined || url === "")
    return ["package.json has no repository, without which npm refuses provenance"];
  const running = process.env.GITHUB_REPOSITORY;
  return running === undefined || url.includes(running)
    ? []
    : [`package.json has the repository ${url}, and this workflow runs in ${running}`];
}
