import { parseArgs } from "node:util";

const usage = `Usage: exporter [options]

Counts program starts, waits for a CPU, network traffic and killed processes of each cgroup, for Prometheus and
OpenTelemetry. Ctrl-C ends.

      --listen HOST:PORT    where /metrics is served (default: 127.0.0.1:9464)
      --otlp URL            send to this OTLP receiver too: http://127.0.0.1:4318
                            (default: OTEL_EXPORTER_OTLP_ENDPOINT, if that is set)
      --otlp-interval N     seconds between two sendings (default: 60)
      --max-series N        the most series of a metric; the others are added up in one (default: 10000)
      --keep N              seconds for which a removed cgroup keeps its series (default: 300)
      --cgroup-root DIR     where the machine's cgroup2 is mounted (default: as /proc/self/mounts says)
      --no-network          do not count packets, which needs CAP_NET_ADMIN
  -h, --help                this text`;

/** What the exporter was asked to do. */
export interface Options {
  readonly host: string;
  readonly port: number;
  /** Undefined: the endpoint of the environment. */
  readonly otlp: string | undefined;
  readonly sendsOtlp: boolean;
  readonly otlpInterval: number;
  readonly maxSeries: number;
  readonly keep: number;
  readonly cgroupRoot: string | undefined;
  readonly network: boolean;
}

/** Reads the command line. Ends the process after --help, and with status 2 for wrong usage. */
export function readOptions(): Options {
  try {
    return parse();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

function parse(): Options {
  const { values } = parseArgs({
    options: {
      listen: { type: "string", default: "127.0.0.1:9464" },
      otlp: { type: "string" },
      "otlp-interval": { type: "string", default: "60" },
      "max-series": { type: "string", default: "10000" },
      keep: { type: "string", default: "300" },
      "cgroup-root": { type: "string" },
      "no-network": { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT } = process.env;
  if (values.otlp !== undefined && !/^https?:\/\//.test(values.otlp))
    throw new Error(`--otlp: expected a URL of http or https, received "${values.otlp}"`);
  return {
    ...listenOf(values.listen),
    otlp: values.otlp,
    sendsOtlp: Boolean(values.otlp ?? OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? OTEL_EXPORTER_OTLP_ENDPOINT),
    otlpInterval: numberOf("--otlp-interval", values["otlp-interval"], 1, 86_400),
    maxSeries: numberOf("--max-series", values["max-series"], 1, 1_000_000),
    keep: numberOf("--keep", values.keep, 0, 86_400),
    cgroupRoot: values["cgroup-root"],
    network: !values["no-network"],
  };
}

function listenOf(text: string): { host: string; port: number } {
  const [, host = "", port = ""] = /^(?:\[(?=.*\]:))?(.+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === "" || Number(port) > 65_535)
    throw new Error(`--listen: expected HOST:PORT, such as 127.0.0.1:9464, received "${text}"`);
  return { host, port: Number(port) };
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most && text.trim() !== "") return number;
  throw new Error(`${name}: expected an integer from ${least} to ${most}, received "${text}"`);
}
