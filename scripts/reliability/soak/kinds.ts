import { type Collection, CollectionSpec, EbpfError } from "../../../lib/index.ts";
import { type Attachment, attachments } from "../../../test/support/attachments.ts";
import { cgroup2 } from "../../../test/support/cgroup2.ts";
import { testObject } from "../../../test/support/objects.ts";

/** A way to attach, and the object that has its program. */
export interface Kind {
  readonly name: string;
  readonly attachment: Attachment;
  readonly spec: CollectionSpec;
}

/** Those of the ways to attach that this kernel has. */
export async function kindsOfKernel(): Promise<Kind[]> {
  const kinds: Kind[] = [];
  for (const kind of allKinds()) {
    try {
      await cycle(kind, kinds.length);
      kinds.push(kind);
    } catch (error) {
      if (!(error instanceof EbpfError)) throw error;
    }
  }
  return kinds;
}

export function allKinds(): Kind[] {
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

/** Loads, attaches and closes. Loads on the pool in every second round. */
export async function cycle({ attachment, spec }: Kind, round: number): Promise<void> {
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
