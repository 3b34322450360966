import { rmSync } from "node:fs";
import { CollectionSpec } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

/** A folder for pins that is removed at the end, with whatever is attached by its pins. */
export function pinFolder(name: string): Disposable & { path: string } {
  const path = `/sys/fs/bpf/test_upgrade_${name}_${process.pid}`;
  return {
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

export function specOf(object: string): CollectionSpec {
  return CollectionSpec.fromFile(testObject(object));
}
