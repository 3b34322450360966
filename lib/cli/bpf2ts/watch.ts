import { type FSWatcher, watch } from "node:fs";
import { dirname, join } from "node:path";

/** The time in milliseconds within which events are one change, because compilers write a file in several steps. */
const QUIET = 100;

/**
 * Runs `make` now, and whenever one of its inputs changes, until Ctrl-C.
 *
 * @param first - The initial inputs, as absolute paths.
 * @param make - Returns its inputs, or undefined if it failed. The previous inputs then stay valid.
 */
export function watchInputs(first: readonly string[], make: () => readonly string[] | undefined): void {
  let inputs = new Set(first);
  // Watches folders, because a file watcher misses an editor that replaces the file.
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;

  const changed = (path: string): void => {
    if (!inputs.has(path)) return;
    clearTimeout(timer);
    timer = setTimeout(run, QUIET);
  };
  // Keeps each watcher that is still needed, because it may have pending events.
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
