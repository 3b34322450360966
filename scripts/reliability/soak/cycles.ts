import { type Collection, CollectionSpec, EbpfError } from "../../../lib/index.ts";
import { type Attachment, attachments } from "../../../test/support/attachments.ts";
import { cgroup2 } from "../../../test/support/cgroup2.ts";
import { testObject } from "../../../test/support/objects.ts";
import type { Work } from "./work.ts";

interface Kind {
  readonly name: string;
  readonly attachment: Attachment;
  readonly spec: CollectionSpec;
}

/** Load, attach, close: each kind of attachment that this kernel has, in turn. */
export async function cycles(): Promise<Work & { readonly kinds: readonly string[] }> {
  const kinds: Kind[] = [];
  for (const kind of all()) {
    try {
      await cycle(kind, kinds.length);
      kinds.push(kind);
    } catch (error) {
      // This kernel does not have it.
      if (!(error instanceof EbpfError)) throw error;
    }
  }
  let turn = 0;
  return {
    name: "load-attach-close cycles",
    goal: 10_000,
    kinds: kinds.map(({ name }) => name),
    async turn() {
      await cycle(kinds[turn % kinds.length] as Kind, Math.floor(turn++ / kinds.length));
      return 1;
    },
    close() {},
  };
}

function all(): Kind[] {
  const own = (path: string) => () => ({ path, [Symbol.dispose]: () => undefined });
  // Not in a cgroup of its own, which would be made and removed in each cycle.
  const places = { interface: "lo", cgroup: own(cgroup2()), netns: own("/proc/self/ns/net") };
  return Object.entries(attachments(places)).map(([name, attachment]) => {
    const spec = CollectionSpec.fromFile(testObject(attachment.object));
    for (const program of Object.values(spec.programs))
      program.autoload = program.name === attachment.program;
    attachment.edit?.(spec);
    return { name, attachment, spec };
  });
}

/** Loads on the pool in every second round. */
async function cycle({ attachment, spec }: Kind, round: number): Promise<void> {
  const coll: Collection = round % 2 === 0 ? spec.loadSync() : await spec.load();
  try {
    const program = coll.programs[attachment.program];
    if (program === undefined) throw new Error(`${attachment.program} was not loaded`);
    const none = () => 0n;
    const loaded = { coll, program, hits: none, cookie: none, [Symbol.dispose]: none };
    (await attachment.attach(loaded)).close();
  } finally {
    coll.close();
  }
}
