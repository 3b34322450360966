/** A version of Semantic Versioning, without build metadata. */
export interface Version {
  readonly numbers: readonly [number, number, number];
  /** The identifiers of a pre-release, as in 1.0.0-rc.1; none for a release. */
  readonly pre: readonly string[];
}

/** Parses `1.2.3` or `1.2.3-rc.1`. Returns undefined for anything else, such as `v1.2.3`. */
export function parseVersion(text: string): Version | undefined {
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, major, minor, patch, pre] = match;
  const identifiers = pre?.split(".") ?? [];
  if (identifiers.some((one) => /^0\d+$/.test(one))) return undefined;
  return { numbers: [Number(major), Number(minor), Number(patch)], pre: identifiers };
}

/** Negative if `a` is older than `b`, positive if it is newer. */
export function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] as number);
    if (difference !== 0) return difference;
  }
  // A pre-release is older than its release.
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (let index = 0; index < Math.min(a.pre.length, b.pre.length); index++) {
    const difference = compareIdentifiers(a.pre[index] as string, b.pre[index] as string);
    if (difference !== 0) return difference;
  }
  return a.pre.length - b.pre.length;
}

/** Numbers are older than words. */
function compareIdentifiers(a: string, b: string): number {
  const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numericA && numericB) return Number(a) - Number(b);
  if (numericA !== numericB) return numericA ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
