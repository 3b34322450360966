// Exports what exporter.bpf.c counts on this machine to Prometheus and OpenTelemetry, until Ctrl-C or SIGTERM.
import { cgroupRoot, RingBuf, untilInterrupted } from "ebpf";
import { addressOf, serve } from "./export/http-server.ts";
import { sendToOpenTelemetry } from "./export/open-telemetry.ts";
import { PrometheusText } from "./export/prometheus.ts";
import { loadExporter } from "./exporter.bpf.ts";
import { CgroupLabels } from "./metrics/cgroup-labels.ts";
import { sourcesOf } from "./metrics/of-exporter.ts";
import { readOptions } from "./options.ts";

const options = readOptions();
const signal = untilInterrupted();
const root = options.cgroupRoot ?? cgroupRoot();
const cgroups = new CgroupLabels(root, options.keep * 1000);

using exporter = await loadExporter();
const { sources, countKilled } = sourcesOf(exporter, cgroups, options.maxSeries);

using kills = new RingBuf(exporter.maps.kills);
const onTraffic = options.network && { cgroup: root };
exporter.attach({ on_ingress: onTraffic, on_egress: onTraffic });

const text = new PrometheusText(sources);
const server = await serve(text, options.host, options.port);
const openTelemetry = options.sendsOtlp
  ? sendToOpenTelemetry(sources, { endpoint: options.otlp, intervalSeconds: options.otlpInterval })
  : undefined;
console.log(`Serving ${addressOf(server)}/metrics. Ctrl-C ends.`);

for await (const killed of kills.values({ signal })) countKilled(killed);

server.close();
server.closeAllConnections();
await openTelemetry?.shutdown();
