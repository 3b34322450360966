const unreleased = "## Unreleased\n";

/** The changes under the heading *Unreleased*; undefined without the heading, empty if nothing is listed. */
export function unreleasedChanges(changelog: string): string | undefined {
  const begin = changelog.indexOf(`\n${unreleased}`);
  if (begin === -1) return undefined;
  const section = sectionAt(changelog, begin + 1 + unreleased.length);
  return section.replaceAll(/^#+ .*$/gm, "").trim() === "" ? "" : section.trim();
}

/** The heading of a version's changes; undefined if there is none. */
export function headingOf(changelog: string, version: string): string | undefined {
  return changelog.split("\n").find((line) => line === `## ${version}` || line.startsWith(`## ${version} `));
}

/** The changelog with the unreleased changes under a version and its date, and nothing unreleased. */
export function withRelease(changelog: string, version: string, date: string): string {
  return changelog.replace(`\n${unreleased}`, `\n${unreleased}\n## ${version} - ${date}\n`);
}

function sectionAt(changelog: string, begin: number): string {
  const end = changelog.indexOf("\n## ", begin);
  return changelog.slice(begin, end === -1 ? undefined : end);
}
