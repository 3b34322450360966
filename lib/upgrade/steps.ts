/** A change that an upgrade has just made. After each, the old or the new version is attached everywhere. */
export interface UpgradeStep {
  /**
   * - `lock`: the folder is locked.
   * - `load`: the kernel has accepted the new version.
   * - `folder`, `pin map`, `pin program`, `hook`, `id`: a folder, a pin or a symbolic link of the new version exists.
   * - `copy`: the entries of a map with another layout are copied.
   * - `attach`: a program is attached where none was, and the link is pinned.
   * - `attach next`: the new program is attached in addition to the old one, which the kernel cannot replace in place.
   * - `replace`: the new program is attached in place of the old one.
   * - `catch up`: the changes of the old version to a map after `copy` are in the new map.
   * - `check`: the health check has passed.
   * - `commit`: the new version is the current one.
   * - `detach`: a program that the current version does not have is detached.
   * - `remove`: a pin, a symbolic link or a folder of another version is gone.
   */
  readonly name:
    | "lock"
    | "load"
    | "folder"
    | "pin map"
    | "pin program"
    | "hook"
    | "id"
    | "copy"
    | "attach"
    | "attach next"
    | "replace"
    | "catch up"
    | "check"
    | "commit"
    | "detach"
    | "remove";
  /** The name of the map, program or hook; the version for `commit`; the path of what was created or removed. */
  readonly what: string;
}

/** Receives each step. */
export type OnStep = (step: UpgradeStep) => void;
