import { fieldsOf, type Layout, type Member, shortnessOf } from "../../../codec/index.ts";
import type { Column } from "../../terminal/index.ts";
import { printable } from "../../terminal/index.ts";
import { familyOf } from "./field-rules.ts";
import { formatOf } from "./format-value.ts";
import { sentTexts } from "./sent-texts.ts";

/** A column of records or map entries: a field, or a field of a struct in it. */
export interface ValueColumn extends Column {
  /** Returns the cell of a record. */
  cell(record: unknown): string;
}

/** The most fields of a nested struct that get columns of their own. */
const MOST_COLUMNS = 24;

/** Returns the columns of a type: one for each field of a struct, or a single one. */
export function valueColumns(layout: Layout | undefined, name: string): ValueColumn[] {
  if (layout?.kind !== "record") return [single(layout, name)];
  const columns = columnsOf(layout.members, "", (record) => record);
  const all =
    columns.length > 0 && columns.length <= MOST_COLUMNS
      ? columns
      : columnsOf(layout.members, "", (record) => record, 0);
  const text = shortnessOf(layout)?.text;
  const last = [...layout.members].sort((a, b) => a.offset - b.offset).at(-1);
  if (last?.kind !== "field" || text !== last.offset) return all;
  const { title } = shapeOf(last.name, last.layout);
  return all.map((column) => (column.title === title ? withTexts(column) : column));
}

/** Shows all texts of the last array of a record, as `ps` shows arguments. */
function withTexts(column: ValueColumn): ValueColumn {
  return {
    ...column,
    cell: (record) => {
      const texts = sentTexts(record);
      return texts === undefined ? column.cell(record) : printable(texts.join(" "));
    },
  };
}

function single(layout: Layout | undefined, name: string): ValueColumn {
  const format = formatOf(layout, name);
  return { ...shapeOf(name, layout), cell: (value) => format(value, undefined) };
}

type Fields = Record<string, unknown>;

function columnsOf(
  members: readonly Member[],
  prefix: string,
  inner: (record: unknown) => unknown,
  depth = 2,
): ValueColumn[] {
  const fields = members.flatMap((member) => (member.kind === "field" ? [member] : [...fieldsOf([member])]));
  const names = new Set(fields.map(({ name }) => name));
  return fields.flatMap((field) => {
    const { name, layout } = field;
    const title = `${prefix}${name}`;
    if (isPadding(name)) return [];
    if (layout.kind === "record" && depth > 0)
      return columnsOf(layout.members, `${title}.`, (record) => (inner(record) as Fields)[name], depth - 1);
    const format = formatOf(layout, name);
    const six = /^(.*?)_?v?4$/.exec(name)?.[1];
    const twin =
      six === undefined ? undefined : [`${six}_v6`, `${six}v6`, `${six}6`].find((one) => names.has(one));
    // In a union of an IPv4 and an IPv6 address, one column shows both if the record has the family.
    if (/v?6$/.test(name) && [...names].some((one) => isTwin(one, name)))
      return twinSixth(title, name, layout, inner);
    return [
      {
        ...shapeOf(title, layout),
        cell(record: unknown) {
          const own = inner(record) as Fields;
          if (twin !== undefined && familyOf(own) === 10)
            return formatOf(sixth(fields, twin), twin)(own[twin], own);
          return format(own[name], own);
        },
      },
    ];
  });
}

function isTwin(four: string, six: string): boolean {
  return /v?4$/.test(four) && four.replace(/4$/, "6") === six;
}

function sixth(fields: readonly { name: string; layout: Layout }[], name: string): Layout | undefined {
  return fields.find((field) => field.name === name)?.layout;
}

/** Empty where the column of IPv4 shows the address. */
function twinSixth(
  title: string,
  name: string,
  layout: Layout,
  inner: (record: unknown) => unknown,
): ValueColumn[] {
  const format = formatOf(layout, name);
  return [
    {
      ...shapeOf(title, layout),
      cell(record: unknown) {
        const own = inner(record) as Fields;
        return familyOf(own) === undefined ? format(own[name], own) : "";
      },
    },
  ];
}

function isPadding(name: string): boolean {
  return /^_*(pad|padding|unused|reserved)_?\d*$/i.test(name);
}

function shapeOf(name: string, layout: Layout | undefined): Column {
  const title = printable(name).toUpperCase();
  switch (layout?.kind) {
    case "int":
    case "float":
      return { title, align: "right" };
    case "chars":
    case "bytes":
    case "array":
    case "record":
    case "foreign":
    case undefined:
      return { title, flexible: true };
    default:
      return { title };
  }
}
