// What the exporter exports: the metrics of exporter.bpf.c.
import { constants } from "node:os";
import type { Exporter, ExporterKilled } from "../exporter.bpf.ts";
import type { CgroupLabels } from "./cgroup-labels.ts";
import { EventSource } from "./event-source.ts";
import { MapSource } from "./map-source.ts";
import type { Labels, Metric, Point, Reading, Source } from "./metric.ts";

const ETH_P_IPV6 = 0x86dd;
const transports: Readonly<Record<number, string>> = {
  1: "icmp",
  6: "tcp",
  17: "udp",
  58: "icmp",
  132: "sctp",
};

/** Names of signals by number. Where two names have one number, the first one. */
const signals = new Map<number, string>();
for (const [name, number] of Object.entries(constants.signals))
  if (!signals.has(number)) signals.set(number, name);

const microsecond = 1e-6;
const waitBounds = Array.from({ length: 25 }, (_, slot) =>
  Number((2 ** (slot + 1) * microsecond).toPrecision(12)),
);

/** The sources of the exporter, and the counter of its events. */
export interface ExporterSources {
  readonly sources: readonly Source[];
  countKilled(event: ExporterKilled): void;
}

/** Makes the sources from the loaded programs. */
export function sourcesOf(exporter: Exporter, cgroups: CgroupLabels, maxSeries: number): ExporterSources {
  const { maps, variables } = exporter;
  const common = { maxSeries, entriesRead: () => cgroups.startKeys() };

  const starts = new MapSource({
    ...common,
    map: maps.starts,
    labels: ({ cgroup, comm }) => ({ "process.executable.name": nameOf(comm), ...cgroups.ofKey(cgroup) }),
    isGone: ({ cgroup }) => cgroups.isGone(cgroup),
    metrics: [
      {
        name: "ebpf.process.starts",
        help: "Programs started",
        kind: "counter",
        unit: "{process}",
        add: addCount,
      },
    ],
  });

  const waits = new MapSource({
    ...common,
    map: maps.waits,
    labels: (cgroup) => cgroups.ofKey(cgroup),
    isGone: (cgroup) => cgroups.isGone(cgroup),
    metrics: [
      {
        name: "ebpf.cpu.wait",
        help: "Time for which threads that were ready to run waited for a CPU",
        kind: "histogram",
        unit: "s",
        bounds: waitBounds,
        add(numbers, { slots, microseconds }) {
          for (const [slot, count] of slots.entries()) increase(numbers, slot, Number(count));
          increase(numbers, slots.length, Number(microseconds) * microsecond);
        },
      },
    ],
  });

  const traffic = new MapSource({
    ...common,
    map: maps.traffic,
    labels: ({ cgroup, family, protocol, egress }) => ({
      "network.io.direction": egress ? "transmit" : "receive",
      "network.type": family === ETH_P_IPV6 ? "ipv6" : "ipv4",
      "network.transport": transports[protocol] ?? `${protocol}`,
      ...cgroups.ofKey(cgroup),
    }),
    isGone: ({ cgroup }) => cgroups.isGone(cgroup),
    metrics: [
      {
        name: "ebpf.network.packets",
        help: "IP packets of sockets",
        kind: "counter",
        unit: "{packet}",
        add: (numbers, { packets }) => increase(numbers, 0, Number(packets)),
      },
      {
        name: "ebpf.network.io",
        help: "Bytes of the IP packets of sockets, with IP headers",
        kind: "counter",
        unit: "By",
        add: (numbers, { bytes }) => increase(numbers, 0, Number(bytes)),
      },
    ],
  });

  const killed = new EventSource(
    {
      name: "ebpf.process.killed",
      help: "Processes ended by a signal",
      kind: "counter",
      unit: "{process}",
    },
    maxSeries,
  );

  const own = ownSource([starts, waits, traffic], () => ({
    starts: variables.lost_starts.value,
    traffic: variables.lost_traffic.value,
    waits: variables.lost_waits.value,
    kills: variables.ebpf_lost_kills.value,
  }));

  return {
    sources: [starts, waits, traffic, killed, own],
    countKilled({ cgroup, signal, comm }) {
      killed.count({
        "process.executable.name": nameOf(comm),
        signal: signals.get(signal) ?? `${signal}`,
        ...cgroups.ofEvent(cgroup),
      });
    },
  };
}

/** Metrics of the exporter itself. They come last, so that they cover the readings before them. */
function ownSource(
  maps: readonly { folded(): { metric: Metric; folded: number; size: number }[] }[],
  lost: () => Record<string, bigint>,
): Source {
  const started = Date.now();
  const metric = (name: string, help: string, kind: Metric["kind"], unit: string): Metric => ({
    name: `ebpf.exporter.${name}`,
    help,
    kind,
    unit,
  });
  const point = (value: number, labels: Labels = {}): Point => ({ labels, since: started, numbers: [value] });
  const byMetric = (pick: (of: { folded: number; size: number }) => number) => (): Point[] =>
    maps.flatMap((map) => map.folded()).map((of) => point(pick(of), { metric: of.metric.name }));
  const read: [Metric, () => Point[]][] = [
    [
      metric("series", "Sets of labels with a series of their own", "gauge", "{series}"),
      byMetric(({ size }) => size),
    ],
    [
      metric(
        "overflow.series",
        "Sets of labels in the overflow series, because of --max-series",
        "gauge",
        "{series}",
      ),
      byMetric(({ folded }) => folded),
    ],
    [
      metric(
        "lost.events",
        "Events not counted, because a map or the ring buffer of the kernel was full",
        "counter",
        "{event}",
      ),
      () => Object.entries(lost()).map(([map, count]) => point(Number(count), { map })),
    ],
    [
      metric("cpu.time", "CPU time of the exporter", "counter", "s"),
      () => {
        const { user, system } = process.cpuUsage();
        return [point((user + system) * microsecond)];
      },
    ],
    [
      metric("memory", "Resident memory of the exporter", "gauge", "By"),
      () => [point(process.memoryUsage.rss())],
    ],
  ];
  return {
    metrics: read.map(([of]) => of),
    read: (): Reading[] => read.map(([of, points]) => ({ metric: of, points: points() })),
  };
}

/** A name of a process as a label: without what follows the NUL, and as valid Unicode. */
function nameOf(comm: string): string {
  return (comm.split("\0", 1)[0] as string).toWellFormed();
}

function addCount(numbers: Float64Array, count: bigint): void {
  increase(numbers, 0, Number(count));
}

function increase(numbers: Float64Array, at: number, by: number): void {
  numbers[at] = (numbers[at] as number) + by;
}
