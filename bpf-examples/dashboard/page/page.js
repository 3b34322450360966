// Shows what the server sends.
import { Columns, short } from "./charts.js";
import { duration, Programs } from "./programs.js";

const SECONDS = 120;
const protocols = { tcp: "TCP", udp: "UDP", icmp: "ICMP", other: "other" };
const colours = { tcp: "blue", udp: "green", icmp: "amber", other: "violet" };

const element = (id) => document.getElementById(id);
const starts = new Columns(element("starts-chart"), [{ name: "started", colour: "blue" }]);
const packets = new Columns(
  element("packets-chart"),
  Object.entries(protocols).map(([key, name]) => ({ name, colour: colours[key] })),
);
const runTimes = new Columns(element("run-times"), [{ name: "processes", colour: "blue" }]);
const sizes = new Columns(element("sizes"), [{ name: "packets", colour: "green" }]);
const programs = new Programs();
let samples = [];

const events = new EventSource("events");
events.addEventListener("snapshot", ({ data }) => {
  const snapshot = JSON.parse(data);
  samples = snapshot.samples;
  element("interface").textContent = snapshot.interface;
  programs.clear();
  for (const program of snapshot.programs) {
    programs.add(program);
    if (program.end !== undefined) programs.end(program);
  }
  show(snapshot.totals);
});
events.addEventListener("sample", ({ data }) => {
  const update = JSON.parse(data);
  samples = [...samples.slice(1 - SECONDS), update.sample];
  for (const program of update.programs) programs.add(program);
  for (const end of update.ends) programs.end(end);
  show(update.totals);
});
events.addEventListener("open", () => state("live", "live"));
events.addEventListener("error", () => {
  if (events.readyState === EventSource.CLOSED)
    state("ended", "ended: start it again, and open the new address");
  else state("waiting", "reconnecting");
});

function state(name, text) {
  element("state").dataset.state = name;
  element("state").textContent = text;
}

function show(totals) {
  const last = samples.at(-1);
  if (last === undefined) return;
  const [data, unit] = bytes(last.bytes);
  const texts = {
    started: short(last.started),
    "started-total": `${short(totals.started)} in all`,
    median: totals.runTimes.median === null ? "–" : duration(totals.runTimes.median / 1e6),
    "failed-total": `${short(totals.failed)} failed`,
    packets: short(sum(last.packets)),
    "packets-total": `${short(totals.packets)} in all`,
    bytes: data,
    "bytes-unit": `${unit}/s`,
    "bytes-total": `${bytes(totals.bytes).join(" ")} in all`,
    lost: totals.lost === 0 ? "" : `${short(totals.lost)} were not seen`,
  };
  for (const [id, text] of Object.entries(texts)) element(id).textContent = text;
  starts.show(
    overTime(
      ({ started }) => [started],
      (each) => `${each.started} started`,
    ),
  );
  packets.show(overTime((each) => Object.keys(protocols).map((key) => each.packets[key])));
  runTimes.show(overSlots(totals.runTimes, (microseconds) => duration(microseconds / 1e6), "processes"));
  sizes.show(overSlots(totals.sizes, (size) => bytes(size).join(" "), "packets"));
}

function sum(numbers) {
  return Object.values(numbers).reduce((total, number) => total + number, 0);
}

/** A number and its unit. */
function bytes(number) {
  const power = Math.min(Math.floor(Math.log2(Math.max(number, 1)) / 10), 4);
  const value = number / 1024 ** power;
  return [
    value < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value)),
    ["B", "KiB", "MiB", "GiB", "TiB"][power],
  ];
}

/** The last two minutes; the newest sample is at the right end. */
function overTime(values, text = () => "") {
  const width = 1 / SECONDS;
  const columns = samples.map((sample, index) => ({
    sample,
    values: values(sample),
    at: 1 - (samples.length - index) * width,
    width,
  }));
  const caption = (column) => {
    const { sample } = column ?? columns.at(-1);
    const clock = column === undefined ? "now" : new Date(sample.time).toTimeString().slice(0, 8);
    return `${text(sample)} ${clock}`.trim();
  };
  const ticks = [
    { at: 0, text: "2 minutes ago", anchor: "start" },
    { at: 0.5, text: "1 minute ago" },
    { at: 1, text: "now", anchor: "end" },
  ];
  return { columns, ticks, caption };
}

/** From the first to the last slot that counted something, but ten at least. */
function overSlots({ counts, median }, text, what) {
  const filled = counts.flatMap((count, slot) => (count > 0 ? [slot] : []));
  const first = Math.max(0, Math.min(filled[0] ?? 4, counts.length - 10));
  const last = Math.max(filled.at(-1) ?? 0, first + 9);
  const width = 1 / (last - first + 1);
  const columns = [];
  for (let slot = first; slot <= last; slot++)
    columns.push({ slot, values: [counts[slot] ?? 0], at: (slot - first) * width, width });
  const every = Math.ceil(columns.length / 6);
  const ticks = columns
    .filter((_, index) => index % every === 0)
    .map(({ slot, at }) => ({ at, text: text(2 ** slot), anchor: at === 0 ? "start" : "middle" }));
  const caption = (column) => {
    if (column === undefined) return median === null ? "none yet" : `median ${text(median)}`;
    return `${column.values[0]} ${what} of ${text(2 ** column.slot)} to ${text(2 ** (column.slot + 1))}`;
  };
  return { columns, ticks, caption };
}
