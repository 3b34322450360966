import { BpfMap, CollectionSpec, type HashMap, link, type Program, RingBuf } from "../../../lib/index.ts";
import { Sender } from "../../../test/events/sender.ts";
import { cgroup2 } from "../../../test/support/cgroup2.ts";
import { testObject } from "../../../test/support/objects.ts";

/** A piece of work, repeated without end. */
export interface Work {
  readonly name: string;
  /** How often a run of full length does it. */
  readonly goal: number;
  /** Does some of it, and returns how much. */
  turn(): number | Promise<number>;
  close(): void;
}

const alone = (object: string, name: string): CollectionSpec => {
  const spec = CollectionSpec.fromFile(testObject(object));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === name;
  return spec;
};

/** Load, attach, close: each kind of link that a machine without probes has, in turn. */
export function cycles(): Work {
  const cgroup = cgroup2();
  const kinds: [CollectionSpec, string, (program: Program) => { close(): void }][] = [
    [alone("link_trace", "on_tp"), "on_tp", (program) => program.attach()],
    [alone("link_trace", "on_raw_tp"), "on_raw_tp", (program) => program.attach()],
    [
      alone("link_user", "on_uprobe"),
      "on_uprobe",
      (program) => link.uprobe(program as Program<"kprobe">, { binary: "libc.so.6", symbol: "getppid" }),
    ],
    [
      alone("link_user", "on_perf_event"),
      "on_perf_event",
      (program) =>
        link.perfEvent(program as Program<"perf-event">, {
          event: { type: "software", name: "cpu-clock" },
          pid: process.pid,
        }),
    ],
    [
      alone("link_net", "on_xdp"),
      "on_xdp",
      (program) => link.xdp(program as Program<"xdp">, { interface: "lo", mode: "generic" }),
    ],
    [
      alone("link_net", "on_tc"),
      "on_tc",
      (program) => link.tc(program as Program<"sched-cls">, { interface: "lo", direction: "ingress" }),
    ],
    [
      alone("link_cgroup", "skb_egress"),
      "skb_egress",
      (program) => link.cgroup(program as Program<"cgroup-skb">, { cgroup }),
    ],
  ];
  let turn = 0;
  return {
    name: "load-attach-close cycles",
    goal: 10_000,
    async turn() {
      const [spec, name, attach] = kinds[turn % kinds.length] as (typeof kinds)[number];
      const coll = turn++ % 2 === 0 ? spec.loadSync() : await spec.load();
      attach(coll.programs[name] as Program).close();
      coll.close();
      return 1;
    },
    close() {},
  };
}

export function mapOperations(): Work {
  const map = BpfMap.create({
    type: "hash",
    key: "u32",
    value: "u64",
    maxEntries: 4096,
  }) as unknown as HashMap<number, bigint>;
  return {
    name: "map operations",
    goal: 10_000_000,
    turn() {
      for (let key = 0; key < 4000; key++) {
        map.set(key, 1n);
        map.get(key);
      }
      const read = [...map.entries()].length;
      for (let key = 0; key < 4000; key++) map.delete(key);
      return 12_000 + read;
    },
    close: () => map.close(),
  };
}

/** Records through a ring that is opened anew again and again. */
export function records(): Work {
  const sender = new Sender();
  let seen = 0;
  return {
    name: "records",
    goal: 200_000_000,
    turn() {
      using ring = new RingBuf(sender.map());
      const before = seen;
      for (let i = 0; i < 200; i++) {
        sender.send(200);
        ring.drain(() => {
          seen++;
        });
      }
      return seen - before;
    },
    close: () => sender[Symbol.dispose](),
  };
}
