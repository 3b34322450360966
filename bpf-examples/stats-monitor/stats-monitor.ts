// Shows the counters of an interface every five seconds, with alarms.
import { every } from "ebpf";
import { clock, command, numberOption } from "../tools/command.ts";
import { Alarms } from "./alarms.ts";
import { Counters, type Counts, type Reading } from "./counters.ts";

const usage = `Usage: stats-monitor [options] INTERFACE

Shows how many packets an interface receives, drops and cannot read, and raises an alarm
when a rate leaves its limits. If the program or its map is lost, the counters of the
kernel take their place until the program can be attached again.

      --interval N       seconds between readings (default: 5)
      --block-port N     drop datagrams over IPv4 to this UDP port
      --max-dropped N    alarm above N packets a second
      --max-errors N     alarm above N packets a second
      --min-processed N  alarm below N packets a second`;

const { values, positionals, signal, print, say } = command(usage, {
  interval: { type: "string", default: "5" },
  "block-port": { type: "string" },
  "max-dropped": { type: "string" },
  "max-errors": { type: "string" },
  "min-processed": { type: "string" },
});

function settings() {
  const number = (name: keyof typeof values) => numberOption(`--${name}`, values[name] as string | undefined);
  const [interfaceName] = positionals;
  if (interfaceName === undefined) throw new Error("which interface? As in: stats-monitor eth0");
  return {
    interfaceName,
    interval: number("interval") ?? 5,
    blockedPort: number("block-port"),
    alarms: new Alarms({
      maxDropped: number("max-dropped"),
      maxErrors: number("max-errors"),
      minProcessed: number("min-processed"),
    }),
  };
}

function settingsOrExit() {
  try {
    return settings();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const { interfaceName, interval, blockedPort, alarms } = settingsOrExit();
using counters = new Counters(interfaceName, blockedPort);
let before: { reading: Reading; at: number } = { reading: await counters.read(), at: performance.now() };
tellSource(before.reading);
say("TIME      SOURCE   PROCESSED/S    DROPPED/S     ERRORS/S");

for await (const _ of every(interval * 1000, { signal })) {
  const reading = await counters.read();
  const at = performance.now();
  if (reading.source !== before.reading.source || reading.reason !== before.reading.reason)
    tellSource(reading);
  // Counters of another source began at another number.
  if (reading.source === before.reading.source) tellRates(reading, ratesSince(reading.counts, at));
  before = { reading, at };
}

function ratesSince(now: Counts, at: number): Counts {
  const { counts } = before.reading;
  const rate = (name: keyof Counts) => ((now[name] - counts[name]) * 1000) / (at - before.at);
  return { processed: rate("processed"), dropped: rate("dropped"), errors: rate("errors") };
}

function tellRates({ source, counts }: Reading, rates: Counts): void {
  const time = new Date();
  const columns = [rates.processed, rates.dropped, rates.errors].map((rate) => rate.toFixed(1).padStart(13));
  print({ kind: "rates", time, source, counts, rates }, () =>
    [clock(time), ` ${source.padEnd(7)}`, columns.join("")].join(" "),
  );
  for (const { name, state, text } of source === "none" ? [] : alarms.check(rates))
    print(
      { kind: "alarm", time, name, state, text },
      () => `${clock(time)}  ${state === "raised" ? "ALARM" : "cleared"}: ${text}`,
    );
}

function tellSource({ source, reason }: Reading): void {
  const time = new Date();
  const text = {
    program: `the program counts on ${interfaceName}`,
    kernel: `degraded to the kernel's counters: ${reason}`,
    none: `nothing can be counted: ${reason}`,
  }[source];
  print({ kind: "source", time, source, reason }, () => `${clock(time)}  ${text}`);
}
