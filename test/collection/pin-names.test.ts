import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { CollectionSpec } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

/** An object whose map "events" has another name of the same length, in the ELF strings and in the BTF. */
function withMapName(name: string): CollectionSpec {
  const text = readFileSync(testObject("load_maps")).toString("latin1");
  const bytes = Buffer.from(text.replaceAll("\0events\0", `\0${name}\0`), "latin1");
  return CollectionSpec.fromBytes(bytes, { name: "renamed" });
}

test.each(["/../ab", "../../", "a/../b", "/tmp/x", ".../.."])(
  "a map named %j is not pinned outside of pinRoot",
  async (name) => {
    const root = mkdtempSync("/sys/fs/bpf/names-");
    try {
      const spec = withMapName(name);
      expect(Object.keys(spec.maps)).toContain(name);
      const refusal = { code: "ERR_EBPF_INVALID_ARGUMENT", message: expect.stringMatching(/^name of a map/) };
      await expect(spec.load({ pinRoot: `${root}/app` })).rejects.toMatchObject(refusal);
      expect(() => spec.loadSync({ pinRoot: `${root}/app` })).toThrow(expect.objectContaining(refusal));
      expect(existsSync(`${root}/ab`)).toBe(false);
      expect(existsSync(`${root}/app`)).toBe(false);
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);
