// The results as an SVG file.
import type { Measured } from "./run.ts";

const WIDTH = 720;
const HEIGHT = 300;
const PANEL = { width: 320, top: 64, bottom: 252 };

const style = `
  svg { font: 13px system-ui, sans-serif; background: #fff; }
  text { fill: #55544f; } .title { fill: #161615; font-weight: 600; font-size: 15px; } .value { fill: #161615; }
  line { stroke: #dddcd7; } .lookups { fill: #2a78d6; } .p50 { fill: #9cc4f2; } .p99 { fill: #2a78d6; } .p999 { fill: #174a8a; }
  @media (prefers-color-scheme: dark) {
    svg { background: #1a1a19; } text { fill: #b6b5af; } .title, .value { fill: #f4f4f2; } line { stroke: #3a3a37; }
  }`;

/** One panel with the throughput, one with the latencies. */
export function chart(title: string, results: readonly Measured[]): string {
  const throughput = results.map(({ threads, lookups }) => ({
    label: `${threads}`,
    bars: [{ kind: "lookups", value: lookups / 1e6, text: (lookups / 1e6).toFixed(2) }],
  }));
  const latency = results.map(({ threads, p50 = 0, p99 = 0, p999 = 0 }) => ({
    label: `${threads}`,
    bars: Object.entries({ p50, p99, p999 }).map(([kind, value]) => ({
      kind,
      value: value / 1000,
      text: (value / 1000).toFixed(1),
    })),
  }));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>${escaped(title)}</title>
<style>${style}</style>
<text class="title" x="24" y="28">${escaped(title)}</text>
${panel(24, "million lookups a second", throughput)}
${panel(376, "microseconds of a lookup: p50, p99, p99.9", latency)}
</svg>
`;
}

interface Group {
  label: string;
  bars: { kind: string; value: number; text: string }[];
}

function panel(left: number, title: string, groups: readonly Group[]): string {
  const largest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)), 1e-9);
  const room = PANEL.width / groups.length;
  const parts = [`<text x="${left}" y="50">${title}</text>`];
  for (const [index, { label, bars }] of groups.entries()) {
    const width = Math.min(44, (room * 0.8) / bars.length);
    const start = left + room * (index + 0.5) - (width * bars.length) / 2;
    for (const [bar, { kind, value, text }] of bars.entries()) {
      const height = (value / largest) * (PANEL.bottom - PANEL.top - 20);
      const x = start + bar * width;
      const y = PANEL.bottom - height;
      parts.push(
        `<rect class="${kind}" x="${(x + 1).toFixed(1)}" y="${y.toFixed(1)}" width="${(width - 2).toFixed(1)}" height="${height.toFixed(1)}" rx="2"/>`,
        `<text class="value" x="${(x + width / 2).toFixed(1)}" y="${(y - 5).toFixed(1)}" text-anchor="middle">${text}</text>`,
      );
    }
    const plural = label === "1" ? "thread" : "threads";
    parts.push(
      `<text x="${(left + room * (index + 0.5)).toFixed(1)}" y="${PANEL.bottom + 20}" text-anchor="middle">${label} ${plural}</text>`,
    );
  }
  parts.push(`<line x1="${left}" x2="${left + PANEL.width}" y1="${PANEL.bottom}" y2="${PANEL.bottom}"/>`);
  return parts.join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
