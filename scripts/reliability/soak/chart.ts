import type { State } from "./state.ts";

const width = 720;
const height = 220;
const left = 60;

/** RSS and heap over time as SVG. */
export function chart(states: readonly State[]): string {
  const end = states.at(-1)?.at ?? 1;
  const most = Math.max(...states.map(({ rss }) => rss), 1);
  const x = (at: number) => left + (at / end) * (width - left - 10);
  const y = (bytes: number) => height - 30 - (bytes / most) * (height - 50);
  const line = (of: (state: State) => number) =>
    states.map((state) => `${x(state.at).toFixed(1)},${y(of(state)).toFixed(1)}`).join(" ");
  const label = (at: number, bytes: number, text: string) =>
    `<text x="${at}" y="${y(bytes).toFixed(1)}" font-size="11" font-family="sans-serif">${text}</text>`;
  const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>RSS and heap of a soak</title>
<rect width="100%" height="100%" fill="white"/>
<polyline fill="none" stroke="#1f77b4" stroke-width="2" points="${line(({ rss }) => rss)}"/>
<polyline fill="none" stroke="#d62728" stroke-width="2" points="${line(({ heap }) => heap)}"/>
${label(4, most, megabytes(most))}
${label(4, 0, "0 MB")}
${label(left + 10, states[0]?.rss ?? 0, "RSS")}
${label(left + 10, (states[0]?.heap ?? 0) + most / 50, "heap")}
<text x="${width - 90}" y="${height - 8}" font-size="11" font-family="sans-serif">${Math.round(end)} seconds</text>
</svg>
`;
}
