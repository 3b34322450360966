import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Compilers write a file in several steps: what comes within so many milliseconds is one change. */
const QUIET = 100;

/**
 * Runs `make` now, and whenever one of its inputs changes, until Ctrl-C.
 *
 * @param first - What it is made of at least. All paths are absolute.
 * @param make - Returns its inputs; undefined when it failed, and then those from before hold.
 */
export function watchInputs(first: readonly string[], make: () => readonly string[] | undefined): void {
  let inputs = new Set(make() ?? first);
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;

  const again = (): void => {
    inputs = new Set(make() ?? inputs);
    follow();
  };
  // Folders and not files: an editor that writes a new file in place of the old one would be lost sight of.
  const follow = (): void => {
    for (const watcher of watchers) watcher.close();
    const folders = new Set(Array.from(inputs, (path) => dirname(path)));
    watchers = Array.from(folders, (folder) => {
      const names = new Set(
        Array.from(inputs)
          .filter((path) => dirname(path) === folder)
          .map((path) => basename(path)),
      );
      return watch(folder, (_, name) => {
        if (name !== null && !names.has(name)) return;
        clearTimeout(timer);
        timer = setTimeout(again, QUIET);
      });
    });
  };
  follow();
  process.once("SIGINT", () => {
    for (const watcher of watchers) watcher.close();
    clearTimeout(timer);
  });
}
