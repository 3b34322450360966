import { type FSWatcher, watch } from "node:fs";
import { dirname, join } from "node:path";

/** Milliseconds within which events are one change, because editors and compilers write a file in several steps. */
const QUIET = 100;

/**
 * Calls a function whenever one of several files changes, until a signal is aborted.
 *
 * @param inputs - Absolute paths.
 * @param changed - Returns the files to watch from now on; undefined for the same.
 * @returns A function that acts as if a file had changed now.
 */
export function watchInputs(
  inputs: readonly string[],
  signal: AbortSignal,
  changed: () => Promise<readonly string[] | undefined>,
): () => Promise<void> {
  let files = new Set(inputs);
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  const watchers = new Map<string, FSWatcher>();
  const run = async (): Promise<void> => {
    // A change during the processing of the previous one.
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
  // Folders, because a file watcher misses an editor that replaces the file. A folder that is still needed keeps its
  // watcher, because it may have pending events.
  const follow = (): void => {
    const folders = new Set(signal.aborted ? [] : Array.from(files, (path) => dirname(path)));
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, (_, name) => {
        if (name !== null && files.has(join(folder, name))) later();
      });
      watchers.set(folder, watcher);
    }
  };
  follow();
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    follow();
  });
  return run;
}
