interface Iterator {
  /** The first kernel version. */
  readonly since: string;
  /** The option that attaching requires. */
  readonly needs?: "map" | "cgroup";
}

/** The kinds of objects that programs in SEC("iter/…") visit. */
const iterators = {
  bpf_map: { since: "5.8" },
  ipv6_route: { since: "5.8" },
  netlink: { since: "5.8" },
  task: { since: "5.8" },
  task_file: { since: "5.8" },
  bpf_map_elem: { since: "5.9", needs: "map" },
  bpf_prog: { since: "5.9" },
  bpf_sk_storage_map: { since: "5.9", needs: "map" },
  tcp: { since: "5.9" },
  udp: { since: "5.9" },
  sockmap: { since: "5.10", needs: "map" },
  task_vma: { since: "5.12" },
  unix: { since: "5.15" },
  bpf_link: { since: "5.19" },
  ksym: { since: "6.0" },
  cgroup: { since: "6.1", needs: "cgroup" },
} as const satisfies Record<string, Iterator>;

type Iterators = typeof iterators;

/** The required option of the iterator of a SEC name; `never` if the iterator has none. */
export type OptionOfIterator<Section extends string> = {
  [Target in keyof Iterators]: Section extends `iter${".s" | ""}/${Target}`
    ? Iterators[Target] extends { needs: infer Option }
      ? Option
      : never
    : never;
}[keyof Iterators];

/** The first kernel version of a kind of iterator. Undefined for an unknown kind. */
export function iteratorSince(target: string): string | undefined {
  return iterator(target)?.since;
}

/** The option that a kind of iterator requires. */
export function iteratorNeeds(target: string): "map" | "cgroup" | undefined {
  return iterator(target)?.needs;
}

function iterator(target: string): Iterator | undefined {
  return typeof target === "string" && Object.hasOwn(iterators, target)
    ? iterators[target as keyof Iterators]
    : undefined;
}
