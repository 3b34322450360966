import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { InvalidArgumentError, link, NotSupportedError } from "../../lib/index.ts";
import { loadAlone } from "../support/link.ts";
import { requires } from "../support/requires.ts";

function burn(milliseconds: number): void {
  const end = process.cpuUsage().user + milliseconds * 1000;
  while (process.cpuUsage().user < end) Math.sqrt(Math.random());
}

// A virtual machine can have the counters without the event for cycles.
function countsCycles(): boolean {
  const devices = "/sys/bus/event_source/devices";
  return readdirSync(devices).some(
    (name) =>
      existsSync(`${devices}/${name}/events/cpu_cycles`) ||
      existsSync(`${devices}/${name}/events/cpu-cycles`),
  );
}

const clock = { event: { type: "software", name: "cpu-clock" }, frequency: 500 } as const;

test("perf_event: samples one process, while the link is open", () => {
  using loaded = loadAlone("link_user", "on_perf_event");
  {
    using _ = loaded.program.attach({ ...clock, pid: process.pid });
    burn(200);
    expect(loaded.hits()).toBeGreaterThan(5n);
  }
  const before = loaded.hits();
  burn(50);
  expect(loaded.hits()).toBe(before);
});

test("perf_event: samples every CPU, as one link", () => {
  using loaded = loadAlone("link_user", "on_perf_event");
  using all = link.perfEvent(loaded.program, clock);
  expect(all.nature).toBe("group");
  burn(200);
  expect(loaded.hits()).toBeGreaterThan(5n);
});

test("perf_event: samples one CPU", () => {
  using loaded = loadAlone("link_user", "on_perf_event");
  using _ = link.perfEvent(loaded.program, { ...clock, cpu: 0 });
  burn(200);
  expect(loaded.hits()).toBeGreaterThan(0n);
});

test("perf_event: samples the task clock by period", () => {
  using loaded = loadAlone("link_user", "on_perf_event");
  const event = { type: "software", name: "task-clock" } as const;
  using _ = link.perfEvent(loaded.program, { event, period: 1_000_000, pid: process.pid });
  burn(200);
  expect(loaded.hits()).toBeGreaterThan(5n);
});

test("perf_event: samples hardware counters", (context) => {
  requires(context, countsCycles(), "perf_event: the processor's counters cannot be seen", "hardware");
  using loaded = loadAlone("link_user", "on_perf_event");
  const event = { type: "hardware", name: "cpu-cycles" } as const;
  using _ = link.perfEvent(loaded.program, { event, frequency: 500, pid: process.pid });
  burn(200);
  expect(loaded.hits()).toBeGreaterThan(0n);
});

test("perf_event: missing processes, CPUs and events are reported", () => {
  using loaded = loadAlone("link_user", "on_perf_event");
  expect(() => link.perfEvent(loaded.program, { ...clock, pid: 0x3fffff })).toThrow(InvalidArgumentError);
  expect(() => link.perfEvent(loaded.program, { ...clock, cpu: 4000 })).toThrow(InvalidArgumentError);
  const event = { type: "pmu", pmu: "nothing", config: 0n } as const;
  expect(() => link.perfEvent(loaded.program, { event })).toThrow(NotSupportedError);
});
