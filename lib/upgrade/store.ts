import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { EINVAL } from "../errors/errno.ts";
import { PinError, UpgradeError } from "../errors/index.ts";
import { makeFolder } from "../files/make-folder.ts";
import { onBpffs, pinError } from "../live/pin.ts";
import { FolderLock } from "./lock.ts";
import type { OnStep, UpgradeStep } from "./steps.ts";

/** The parts of a version, each of which has a folder, except `id`. */
type Part = "maps" | "programs" | "hooks";

const NEXT = "+next";

/**
 * The folder of an application in a bpffs:
 *
 * ```
 * current -> versions/3          the version that runs; replaced by one rename(2)
 * links/count-4f1c               pins of links, one for each hook, shared by all versions
 * versions/3/id -> sha256:…      what was loaded
 * versions/3/maps/counts         pins of maps
 * versions/3/programs/count      pins of programs
 * versions/3/hooks/count-4f1c -> {"program":"count","options":{"interface":"eth0"}, …}
 * ```
 *
 * A bpffs has no files, so text is the target of a symbolic link. The kernel creates and replaces each of these entries
 * atomically, even if the process is killed.
 */
export class PinStore {
  readonly root: string;
  readonly #lock: FolderLock;
  #onStep: OnStep;

  /**
   * Opens and locks a folder, which is created if it is missing.
   *
   * @throws {@link UpgradeError} when it has entries of something else.
   */
  constructor(root: string, onStep: OnStep) {
    this.root = root;
    this.#onStep = onStep;
    if (!onBpffs(root))
      throw new PinError("cannot keep versions at", {
        path: root,
        errno: EINVAL,
        operation: "upgrade",
        remedy: "The path is not on a bpffs: mount -t bpf bpf /sys/fs/bpf, and choose a folder below it",
      });
    this.#change(root, () => makeFolder(root));
    this.#lock = new FolderLock(root);
    try {
      const foreign = entries(root).filter(
        (name) => !["current", `current${NEXT}`, "links", "versions"].includes(name),
      );
      if (foreign.length > 0)
        throw new UpgradeError(
          `"${root}" has ${foreign.map((name) => `"${name}"`).join(", ")}, which upgrade did not pin`,
          { folder: root, remedy: "Choose a folder that only upgrade uses" },
        );
      this.did("lock", root);
    } catch (error) {
      this.#lock.close();
      throw error;
    }
  }

  /** Unlocks the folder. */
  close(): void {
    this.#lock.close();
  }

  did(name: UpgradeStep["name"], what: string): void {
    this.#onStep({ name, what });
  }

  /** Makes changes during which exceptions of `onStep` are ignored. */
  quietly<T>(change: () => T): T {
    const onStep = this.#onStep;
    this.#onStep = (step) => {
      try {
        onStep(step);
      } catch {
        // The error that led here is the one that is thrown.
      }
    };
    try {
      return change();
    } finally {
      this.#onStep = onStep;
    }
  }

  /** The number of the version that runs; undefined when none does. */
  get current(): number | undefined {
    const target = textOf(join(this.root, "current"));
    if (target === undefined) return undefined;
    const version = Number(/^versions\/(\d+)$/.exec(target)?.[1]);
    if (version > 0) return version;
    throw new UpgradeError(`"${this.root}/current" refers to "${target}", which upgrade did not write`, {
      folder: this.root,
    });
  }

  /** The numbers of all versions, including incomplete ones, in ascending order. */
  get versions(): number[] {
    const names = entries(join(this.root, "versions")).map(Number);
    return names.sort((a, b) => a - b);
  }

  /** The names of hooks with a pinned link. */
  get links(): string[] {
    return entries(join(this.root, "links")).filter((name) => !name.endsWith(NEXT));
  }

  linkPath(hook: string): string {
    return join(this.root, "links", hook);
  }

  /** The path at which the next link of a hook is pinned until it replaces the current one. */
  nextLinkPath(hook: string): string {
    return this.linkPath(hook) + NEXT;
  }

  hasLink(hook: string): boolean {
    return exists(this.linkPath(hook));
  }

  /** Replaces the link at `linkPath` with the one at `nextLinkPath`. Removing its last pin detaches the old link. */
  takeNextLink(hook: string): void {
    this.#change(this.linkPath(hook), () => renameSync(this.nextLinkPath(hook), this.linkPath(hook)));
    this.did("replace", hook);
  }

  hasNextLink(hook: string): boolean {
    return exists(this.nextLinkPath(hook));
  }

  removeNextLink(hook: string): void {
    this.#detach(hook + NEXT);
  }

  /** Removes links that a killed process attached and did not put in place. */
  removeNextLinks(): void {
    for (const name of entries(join(this.root, "links"))) if (name.endsWith(NEXT)) this.#detach(name);
  }

  removeLink(hook: string): void {
    this.#detach(hook);
  }

  #detach(name: string): void {
    const path = join(this.root, "links", name);
    this.#change(path, () => unlinkSync(path));
    this.did("detach", name);
  }

  /** Creates the folders of a new version. */
  create(version: number): void {
    for (const path of ["links", "versions", ...this.#foldersOf(version)]) {
      const folder = join(this.root, path);
      if (exists(folder)) continue;
      this.#change(folder, () => mkdirSync(folder));
      this.did("folder", folder);
    }
  }

  #foldersOf(version: number): string[] {
    const folder = `versions/${version}`;
    return [folder, `${folder}/maps`, `${folder}/programs`, `${folder}/hooks`];
  }

  /** The path of a part of a version. */
  path(version: number, part: Part, name: string): string {
    return join(this.root, `versions/${version}`, part, escaped(name));
  }

  /** The names in a part of a version. */
  names(version: number, part: Part): string[] {
    return entries(join(this.root, `versions/${version}`, part)).map(decodeURIComponent);
  }

  /** Stores text with a version: its `id`, or a hook. */
  write(version: number, name: "id" | `hooks/${string}`, text: string): void {
    const path = join(this.root, `versions/${version}`, name);
    this.#change(path, () => symlinkSync(text, path));
    this.did(name === "id" ? "id" : "hook", name === "id" ? text : name.slice("hooks/".length));
  }

  read(version: number, name: "id" | `hooks/${string}`): string | undefined {
    return textOf(join(this.root, `versions/${version}`, name));
  }

  /** Makes a version the one that runs. */
  commit(version: number): void {
    const path = join(this.root, "current");
    const next = `${path}${NEXT}`;
    this.#change(path, () => {
      if (exists(next)) unlinkSync(next);
      symlinkSync(`versions/${version}`, next);
      renameSync(next, path);
    });
    this.did("commit", String(version));
  }

  /** Removes the pins of a version. */
  remove(version: number): void {
    this.#removeTree(join(this.root, `versions/${version}`));
  }

  /** Removes the folder itself. */
  removeAll(): void {
    for (const name of entries(this.root)) this.#removeTree(join(this.root, name));
    this.#change(this.root, () => rmdirSync(this.root));
  }

  #removeTree(path: string): void {
    const isFolder = lstatSync(path).isDirectory();
    if (isFolder) for (const name of entries(path)) this.#removeTree(join(path, name));
    this.#change(path, () => (isFolder ? rmdirSync(path) : unlinkSync(path)));
    this.did("remove", path);
  }

  #change(path: string, change: () => void): void {
    try {
      change();
    } catch (cause) {
      const { errno = -EINVAL } = cause as NodeJS.ErrnoException;
      throw pinError("the versions of an application", "pin", path, Math.abs(errno), cause);
    }
  }
}

/** Escapes a name, because names in a bpffs cannot contain a dot, and names of data sections begin with one. */
function escaped(name: string): string {
  return encodeURIComponent(name).replaceAll(".", "%2E");
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    const { code, errno = -EINVAL } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw pinError("folder of pins", "open pin", folder, Math.abs(errno), cause);
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function textOf(link: string): string | undefined {
  return exists(link) ? readlinkSync(link) : undefined;
}
