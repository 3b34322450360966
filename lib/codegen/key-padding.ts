import type { Layout } from "../codec/layout.ts";
import { Layouts } from "../codec/layout-of.ts";
import { paddingOf } from "../codec/slack.ts";
import { slackOf } from "../codec/slack-of.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { code } from "./doc.ts";

/**
 * A hint about the padding of a map's key, empty without padding. A program must zero it: the kernel compares all bytes,
 * and C leaves the padding of `{ .port = 80 }` undefined.
 */
export function paddingHint(key: Layout | undefined, littleEndian: boolean): string[] {
  const bytes = key === undefined ? 0 : paddingOf(slackOf(key, littleEndian));
  if (bytes === 0) return [];
  const some = bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const name = key?.name ?? "";
  const how = /^(struct|union)?$/.test(name) ? "" : `: ${code(`${name} key = {};`)}`;
  return [`the key has ${some} of padding, which C must zero${how}`];
}

/** The hints for all maps of an object. */
export function paddingNotes({ maps, btf, littleEndian }: ObjectSpec): string[] {
  if (btf === undefined) return [];
  const layouts = new Layouts(btf);
  return Object.values(maps).flatMap(({ name, key }) =>
    paddingHint(key === undefined ? undefined : layouts.of(key), littleEndian).map(
      (hint) => `map "${name}": ${hint}; otherwise lookups miss`,
    ),
  );
}
