import { type FSWatcher, watch } from "node:fs";
import { dirname, join } from "node:path";

/** Compilers write a file in several steps: what comes within so many milliseconds is one change. */
const QUIET = 100;

/**
 * Runs `make` now, and whenever one of its inputs changes, until Ctrl-C.
 *
 * @param first - What it is made of at least. All paths are absolute.
 * @param make - Returns its inputs; undefined when it failed, and then those from before hold.
 */
export function watchInputs(first: readonly string[], make: () => readonly string[] | undefined): void {
  let inputs = new Set(first);
  // Folders and not files: an editor that writes a new file in place of the old one would be lost sight of.
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;

  const changed = (path: string): void => {
    if (!inputs.has(path)) return;
    clearTimeout(timer);
    timer = setTimeout(run, QUIET);
  };
  // A watcher that is still needed is kept: what it has seen while we worked is yet to be told.
  const follow = (): void => {
    const folders = new Set(Array.from(inputs, (path) => dirname(path)));
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      watchers.set(
        folder,
        watch(folder, (_, name) => {
          if (name !== null) changed(join(folder, name));
        }),
      );
    }
  };
  const run = (): void => {
    inputs = new Set(make() ?? inputs);
    follow();
  };
  follow();
  run();
  process.once("SIGINT", () => {
    for (const watcher of watchers.values()) watcher.close();
    clearTimeout(timer);
  });
}
