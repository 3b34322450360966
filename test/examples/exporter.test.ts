// kernels: native
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, type TestContext, test } from "vitest";
import { MapSource } from "../../bpf-examples/exporter/metrics/map-source.ts";
import { BpfMap, type PerCpuMap } from "../../lib/index.ts";
import { cgroup2 } from "../support/cgroup2.ts";
import { requires } from "../support/requires.ts";
import {
  containerCgroup,
  eventually,
  exporterProgram,
  running,
  samplesOf,
  startExporter,
} from "./exporter.ts";

const timeout = 60_000;

function requiresWholeCgroups(context: TestContext): void {
  requires(context, !existsSync(join(cgroup2(), "cgroup.type")), "cgroups: this is a cgroup namespace");
}

const work = "for i in 1 2 3; do true; /bin/true; done; echo hello >/dev/udp/127.0.0.1/9; kill -SEGV $$";

test("Prometheus scrapes starts, waits, traffic and killed processes, with the labels of pod and container", {
  timeout,
}, async (context) => {
  requiresWholeCgroups(context);
  requires(context, existsSync("/usr/bin/prometheus"), "no Prometheus: apt-get install prometheus");
  using cgroup = containerCgroup();
  await using exporter = await startExporter([]);
  const folder = mkdtempSync(join(tmpdir(), "ebpf-exporter-"));
  try {
    await cgroup.run(work);
    const { host } = new URL(exporter.said);
    const file = join(folder, "prometheus.json");
    const job = { job_name: "ebpf", scrape_interval: "1s", static_configs: [{ targets: [host] }] };
    writeFileSync(file, JSON.stringify({ scrape_configs: [job] }));
    const args = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--web.listen-address=127.0.0.1:0",
    ];
    await using prometheus = await running("prometheus", args, /Listening on" address=(\S+)/);
    const ask = async (query: string) => {
      const url = `http://${prometheus.said}/api/v1/query?query=${encodeURIComponent(query)}`;
      const { data } = (await (await fetch(url)).json()) as {
        data: { result: { metric: Record<string, string>; value: [number, string] }[] };
      };
      return data.result[0];
    };
    const labels = `container_id="${cgroup.container}",k8s_pod_uid="${cgroup.pod}"`;
    const starts = await eventually(() =>
      ask(`ebpf_process_starts_total{process_executable_name="true",${labels}}`),
    );
    expect(starts.value[1]).toBe("3");
    expect(Object.keys(starts.metric).sort()).toEqual([
      "__name__",
      "container_id",
      "instance",
      "job",
      "k8s_pod_uid",
      "process_executable_name",
    ]);
    const killed = await eventually(() => ask(`ebpf_process_killed_total{signal="SIGSEGV",${labels}}`));
    expect(killed.value[1]).toBe("1");
    expect(killed.metric["process_executable_name"]).toBe("bash");
    const udp = `{network_io_direction="transmit",network_type="ipv4",network_transport="udp",${labels}}`;
    expect((await ask(`ebpf_network_packets_total${udp}`))?.value[1]).toBe("1");
    expect((await ask(`ebpf_network_io_bytes_total${udp}`))?.value[1]).toBe(`${20 + 8 + "hello\n".length}`);
    // A type that Prometheus itself takes for a histogram, with buckets that contain each other.
    const median = await ask(`histogram_quantile(0.5, ebpf_cpu_wait_seconds_bucket{${labels}})`);
    expect(Number(median?.value[1])).toBeGreaterThan(0);
    const [count, all] = [
      await ask(`ebpf_cpu_wait_seconds_count{${labels}}`),
      await ask(`ebpf_cpu_wait_seconds_bucket{le="+Inf",${labels}}`),
    ];
    expect(Number(count?.value[1])).toBeGreaterThan(0);
    expect(all?.value[1]).toBe(count?.value[1]);
    await prometheus.stop();

    const text = await (await fetch(exporter.said)).text();
    const checked = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect(`${checked.stdout}${checked.stderr}`).toBe("");
    await exporter.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// biome-ignore lint/suspicious/noExplicitAny: the JSON of OTLP.
type Otlp = any;

test("a receiver of OTLP over HTTP gets the same counters and histograms", { timeout }, async (context) => {
  requiresWholeCgroups(context);
  const received: Otlp[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.url === "/v1/metrics" && request.headers["content-type"] === "application/json")
        received.push(JSON.parse(body));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    using cgroup = containerCgroup();
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using exporter = await startExporter(["--otlp", endpoint, "--otlp-interval", "1"]);
    const before = Date.now();
    await cgroup.run(work);
    const find = (name: string, ...values: string[]): Otlp => {
      const metrics = received.at(-1)?.resourceMetrics?.[0]?.scopeMetrics?.[0]?.metrics ?? [];
      const metric = metrics.find((each: Otlp) => each.name === name);
      const points = metric?.sum?.dataPoints ?? metric?.histogram?.dataPoints ?? [];
      const point = points.find(({ attributes }: Otlp) =>
        [cgroup.container, ...values].every((value) =>
          attributes.some((a: Otlp) => a.value.stringValue === value),
        ),
      );
      return point && { metric, point };
    };
    const killed = await eventually(async () => find("ebpf.process.killed", "SIGSEGV"));
    expect(killed.point.asDouble).toBe(1);
    const starts = find("ebpf.process.starts", "true");
    expect(starts.metric).toMatchObject({
      unit: "{process}",
      sum: { isMonotonic: true, aggregationTemporality: 2 },
    });
    expect(starts.point.asDouble).toBe(3);
    expect(Number(starts.point.timeUnixNano) / 1e6).toBeGreaterThan(before);
    expect(starts.point.attributes).toContainEqual({
      key: "k8s.pod.uid",
      value: { stringValue: cgroup.pod },
    });
    const waits = find("ebpf.cpu.wait");
    expect(waits.metric).toMatchObject({ unit: "s", histogram: { aggregationTemporality: 2 } });
    const { bucketCounts, explicitBounds, count, sum } = waits.point;
    expect(bucketCounts).toHaveLength(explicitBounds.length + 1);
    expect(explicitBounds.slice(0, 3)).toEqual([0.000002, 0.000004, 0.000008]);
    expect(bucketCounts.reduce((total: number, each: number) => total + Number(each), 0)).toBe(Number(count));
    expect(Number(count)).toBeGreaterThan(0);
    expect(sum).toBeGreaterThan(0);
    const { attributes } = received.at(-1).resourceMetrics[0].resource;
    expect(attributes).toContainEqual({ key: "service.name", value: { stringValue: "ebpf-exporter" } });
    await exporter.stop();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("the series of a metric are limited: further series are added up in one, and counted", {
  timeout,
}, async (context) => {
  requiresWholeCgroups(context);
  using cgroup = containerCgroup();
  await using exporter = await startExporter(["--max-series", "3", "--no-network"]);
  const before = await (await fetch(exporter.said)).text();
  expect(samplesOf(before, "ebpf_process_starts_total").length).toBeLessThanOrEqual(3);
  await cgroup.run(
    "for name in a b c d e; do ln -s /bin/true /tmp/$$$name; /tmp/$$$name; rm /tmp/$$$name; done",
  );
  const text = await (await fetch(exporter.said)).text();
  expect(samplesOf(text, "ebpf_process_starts_total")).toHaveLength(3);
  const [overflow = 0] = samplesOf(text, "ebpf_process_starts_total", 'otel_metric_overflow="true"');
  // The five, and rm and sh, less two that have series of their own.
  expect(overflow).toBeGreaterThanOrEqual(5);
  const [folded = 0] = samplesOf(text, "ebpf_exporter_overflow_series", '"ebpf.process.starts"');
  expect(folded).toBeGreaterThanOrEqual(5);
  await exporter.stop();
});

test("sums never decrease: not when a key leaves the map, and not beyond the limit", () => {
  using map = BpfMap.create({
    type: "percpu-hash",
    key: { group: "u32", name: "u32" },
    value: "u64",
    maxEntries: 100,
  }) as PerCpuMap<{ group: number; name: number }, bigint>;
  let gone = -1;
  const source = new MapSource({
    map,
    maxSeries: 3, // two series, and that of the overflow
    entriesRead() {},
    labels: ({ name }) => ({ name: `${name}` }),
    isGone: ({ group }) => group === gone,
    metrics: [
      {
        name: "n",
        help: "",
        kind: "counter",
        unit: "",
        add(numbers, value) {
          numbers[0] = (numbers[0] as number) + Number(value);
        },
      },
    ],
  });
  const field = "name";
  const read = () => {
    const points = source.read()[0]?.points ?? [];
    return Object.fromEntries(points.map(({ labels, numbers }) => [labels[field] ?? "overflow", numbers[0]]));
  };
  const each = (value: bigint) => new Array<bigint>(map.cpus).fill(value);
  const cpus = map.cpus;
  for (const group of [0, 1]) map.set({ group, name: 7 }, each(10n));
  expect(read()).toEqual({ 7: 20 * cpus });
  map.set({ group: 1, name: 8 }, each(1n));
  read();
  map.set({ group: 0, name: 9 }, each(3n));
  map.set({ group: 1, name: 10 }, each(4n));
  expect(read()).toEqual({ 7: 20 * cpus, 8: cpus, overflow: 7 * cpus });
  expect(source.folded()).toMatchObject([{ size: 2, folded: 2 }]);

  // Group 1 ends. It is counted to the last, and then only in the series that go on.
  gone = 1;
  expect(read()).toEqual({ 7: 20 * cpus, 8: cpus, overflow: 7 * cpus });
  expect([...map.keys()]).toHaveLength(2);
  expect(read()).toEqual({ 7: 20 * cpus, overflow: 7 * cpus });
  // The place of 8 is free for a new name; 9 stays where it was.
  map.set({ group: 0, name: 11 }, each(5n));
  map.set({ group: 0, name: 7 }, each(11n));
  expect(read()).toEqual({ 7: 21 * cpus, 11: 5 * cpus, overflow: 7 * cpus });
  expect(source.folded()).toMatchObject([{ size: 2, folded: 1 }]);
});

test("wrong options are refused with status 2 and a message", async () => {
  const refusals: [string[], string][] = [
    [["--listen", "9464"], '--listen: expected HOST:PORT, such as 127.0.0.1:9464, received "9464"'],
    [["--max-series", "0"], '--max-series: expected an integer from 1 to 1000000, received "0"'],
    [["--otlp", "collector:4318"], '--otlp: expected a URL of http or https, received "collector:4318"'],
  ];
  const all = refusals.map(async ([args, message]) => {
    const refused = promisify(execFile)(process.execPath, [exporterProgram, ...args]);
    await expect(refused).rejects.toMatchObject({ code: 2, stderr: `${message}\n` });
  });
  await Promise.all(all);
});
