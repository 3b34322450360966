interface Iterator {
  /** The first Linux. */
  readonly since: string;
  /** The option without which it cannot be attached. */
  readonly needs?: "map" | "cgroup";
}

/** What programs in SEC("iter/…") go over. */
const iterators: Readonly<Record<string, Iterator>> = {
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
};

/** The Linux that brought what an iterator goes over; undefined when it is not known here. */
export function iteratorSince(target: string): string | undefined {
  return iterator(target)?.since;
}

/** The option that an iterator cannot do without. */
export function iteratorNeeds(target: string): "map" | "cgroup" | undefined {
  return iterator(target)?.needs;
}

function iterator(target: string): Iterator | undefined {
  return Object.hasOwn(iterators, target) ? iterators[target] : undefined;
}
