import { type FSWatcher, watch } from "node:fs";
import { dirname, join } from "node:path";

/** Milliseconds within which events are one change, because editors write a file in several steps. */
const QUIET = 100;

/**
 * Calls a function whenever one of several files changes, until a signal is aborted.
 *
 * @param inputs - Absolute paths.
 * @param changed - Returns the files to watch from now on; undefined for the same.
 */
export function watchInputs(
  inputs: readonly string[],
  signal: AbortSignal,
  changed: () => Promise<readonly string[] | undefined>,
): void {
  let files = new Set(inputs);
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  const watchers = new Map<string, FSWatcher>();
  const run = async (): Promise<void> => {
    // A change while the last one is worked on.
    if (busy) return later();
    busy = true;
    try {
      files = new Set((await changed()) ?? files);
    } finally {
      busy = false;
    }
    follow();
  };
  const later = (): void => {
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(() => void run(), QUIET);
  };
  // Folders, because a file watcher misses an editor that replaces the file.
  const follow = (): void => {
    for (const folder of new Set(Array.from(files, (path) => dirname(path)))) {
      if (watchers.has(folder) || signal.aborted) continue;
      const watcher = watch(folder, (_, name) => {
        if (name !== null && files.has(join(folder, name))) later();
      });
      watchers.set(folder, watcher);
    }
  };
  follow();
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  });
}
