import { checkText, integerIn, optional, optionsOf } from "../arguments/index.ts";
import { type CountedStack, checkedStacks } from "./stacks.ts";

/** Options of {@link flameGraph}. */
export interface FlameGraphOptions {
  /** The title above the graph. Default: `Flame graph`. */
  title?: string | undefined;
  /** The unit of the counts: `samples`, `microseconds`. Default: `samples`. */
  unit?: string | undefined;
  /** Pixels, 200 to 10000. Default: 1200. */
  width?: number | undefined;
}

const optionsCheck = optionsOf<FlameGraphOptions>({
  title: optional(checkText),
  unit: optional(checkText),
  width: optional(integerIn(200, 10_000)),
});

/** A function with a chain of callers. */
interface Frame {
  name: string;
  count: number;
  /** Calls by name. */
  calls: Map<string, Frame>;
}

const ROW = 18;
const MARGIN = 10;
const HEADER = 44;
const GLYPH = 6.6;

/**
 * A flame graph: a picture of stacks in SVG. The outermost functions are at the bottom; a function is as wide as its
 * share of all counts, and lies on its caller. Browsers show the count of the function under the pointer. The picture
 * contains no script and no external references.
 *
 * Functions narrower than a tenth of a pixel are omitted, with the functions that they call.
 *
 * @throws {@link InvalidArgumentError} for options that do not fit.
 *
 * @example
 * ```ts
 * writeFileSync("profile.svg", flameGraph([{ frames: ["read", "main"], count: 3 }]));
 * ```
 */
export function flameGraph(stacks: Iterable<CountedStack>, options?: FlameGraphOptions): string {
  const { title = "Flame graph", unit = "samples", width = 1200 } = optionsCheck(options, "flameGraph");
  const all = merge(checkedStacks(stacks, "flameGraph"));
  const scale = (width - 2 * MARGIN) / Math.max(all.count, Number.MIN_VALUE);
  const boxes: string[] = [];
  let rows = 1;
  const waiting = [{ frame: all, x: 0, row: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { frame, x, row } = next;
    const pixels = frame.count * scale;
    if (pixels < 0.1) continue;
    rows = Math.max(rows, row + 1);
    boxes.push(box(frame, MARGIN + x * scale, row, pixels, `${share(frame.count, all.count)} ${unit}`));
    let at = x;
    for (const call of byName(frame)) {
      waiting.push({ frame: call, x: at, row: row + 1 });
      at += call.count;
    }
  }
  const height = HEADER + rows * ROW + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, monospace" font-size="11">
<rect width="100%" height="100%" fill="#fffdf7"/>
<text x="${width / 2}" y="26" font-size="16" text-anchor="middle">${escaped(title)}</text>
<g transform="translate(0 ${height - MARGIN - ROW})">
${boxes.join("\n")}
</g>
</svg>
`;
}

function merge(stacks: Iterable<CountedStack>): Frame {
  const all: Frame = { name: "all", count: 0, calls: new Map() };
  for (const { frames, count } of stacks) {
    all.count += count;
    let caller = all;
    for (const name of frames) {
      let call = caller.calls.get(name);
      if (call === undefined) {
        call = { name, count: 0, calls: new Map() };
        caller.calls.set(name, call);
      }
      call.count += count;
      caller = call;
    }
  }
  return all;
}

function byName({ calls }: Frame): Frame[] {
  return [...calls.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function box({ name }: Frame, x: number, row: number, width: number, counted: string): string {
  const letters = Math.floor((width - 6) / GLYPH);
  const label = letters < 3 ? "" : name.length <= letters ? name : `${name.slice(0, letters - 2)}..`;
  const at = `x="${x.toFixed(1)}" y="${-row * ROW}"`;
  const text =
    label === "" ? "" : `<text x="${(x + 3).toFixed(1)}" y="${-row * ROW + 12}">${escaped(label)}</text>`;
  return `<g><title>${escaped(`${name} (${counted})`)}</title><rect ${at} width="${Math.max(0.1, width - 0.5).toFixed(1)}" height="${ROW - 1}" rx="2" fill="${colour(name)}"/>${text}</g>`;
}

function share(count: number, of: number): string {
  return `${((100 * count) / of).toFixed(1)}%, ${Math.round(count)}`;
}

/** The colour of a function depends on its name only. Functions of the kernel, whose names end in `_[k]`, are blue. */
function colour(name: string): string {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) >>> 0;
  const hue = name.endsWith("_[k]") ? 205 + (hash % 30) : 12 + (hash % 38);
  return `hsl(${hue} 80% ${66 + ((hash >>> 8) % 10)}%)`;
}

// XML has no control characters, not even escaped.
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
      .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
  );
}
