// Columns over time and over slots, as SVG.

const HEIGHT = 170;
const LEFT = 42;
const TOP = 8;
const BOTTOM = 22;

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** `1.2K` */
export function short(number) {
  return compact.format(number);
}

function svg(name, attributes = {}, text = undefined) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** The end of the axis: a round number, of which the half is round too; at least 4. */
function axisEnd(largest) {
  const power = 10 ** Math.floor(Math.log10(Math.max(largest, 1)));
  const factor = [1, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= largest) ?? 10;
  return Math.max(4, factor * power);
}

/**
 * Stacked columns.
 *
 * A column is `{ values, at, width }`: a number for each series, and where it is from left (0) to right (1).
 * A tick is `{ at, text, anchor }`.
 */
export class Columns {
  #svg = svg("svg", { role: "img" });
  #legend = document.createElement("ul");
  #series;
  #data = { columns: [], ticks: [], caption: () => "" };
  #pointed;

  /** @param series - `{ name, colour }` for each number of a column. */
  constructor(figure, series) {
    this.#series = series;
    this.#legend.className = "legend";
    figure.append(this.#legend, this.#svg);
    this.#svg.addEventListener("pointermove", (event) => this.#point(event));
    this.#svg.addEventListener("pointerleave", () => this.#point(undefined));
    new ResizeObserver(() => this.#draw()).observe(this.#svg);
  }

  /** @param data - Columns, ticks, and `caption(column)`, the text for a column, or for none that is pointed at. */
  show(data) {
    this.#data = data;
    this.#draw();
  }

  #point(event) {
    if (event === undefined) this.#pointed = undefined;
    else {
      const { left, width } = this.#svg.getBoundingClientRect();
      this.#pointed = (event.clientX - left - LEFT) / (width - LEFT);
    }
    this.#draw();
  }

  #draw() {
    const width = this.#svg.clientWidth;
    const { columns, ticks, caption } = this.#data;
    const sums = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
    const end = axisEnd(Math.max(0, ...sums));
    const x = (at) => LEFT + at * (width - LEFT);
    const y = (value) => TOP + (1 - value / end) * (HEIGHT - TOP - BOTTOM);
    const parts = [];
    for (const value of [0, end / 2, end]) {
      const place = { x1: LEFT, x2: width, y1: y(value), y2: y(value) };
      parts.push(svg("line", { class: value === 0 ? "base" : "grid", ...place }));
      parts.push(svg("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, short(value)));
    }
    for (const { at, text, anchor = "middle" } of ticks)
      parts.push(svg("text", { x: x(at), y: HEIGHT - 4, "text-anchor": anchor }, text));
    const here = columns.find(
      ({ at, width: part }) =>
        this.#pointed !== undefined && this.#pointed >= at && this.#pointed < at + part,
    );
    for (const column of columns) parts.push(...this.#column(column, x, y, column === here));
    this.#svg.classList.toggle("pointed", here !== undefined);
    this.#svg.setAttribute("aria-label", caption(here));
    this.#svg.replaceChildren(...parts);
    this.#tell(here ?? columns.at(-1), caption(here));
  }

  #column({ values, at, width }, x, y, isHere) {
    const gap = Math.min(4, (x(width) - x(0)) * 0.2);
    let below = 0;
    return values.flatMap((value, series) => {
      if (value === 0) return [];
      const top = y(below + value);
      const height = y(below) - top;
      below += value;
      const place = { x: x(at), y: top, width: Math.max(1, x(width) - x(0) - gap), height, rx: 1.5 };
      const colour = this.#series[series].colour;
      return [svg("rect", { class: isHere ? "here" : "", "data-colour": colour, ...place })];
    });
  }

  /** Names the series, with the numbers of a column. */
  #tell(column, caption) {
    const items = this.#series.length < 2 ? [] : this.#series;
    this.#legend.replaceChildren(
      ...items.map(({ name, colour }, series) => {
        const item = document.createElement("li");
        item.dataset.colour = colour;
        const number = document.createElement("b");
        number.textContent = short(column?.values[series] ?? 0);
        item.append(name, " ", number);
        return item;
      }),
      Object.assign(document.createElement("li"), { textContent: caption }),
    );
  }
}
