import { fieldsOf, type Layout } from "../../../codec/index.ts";

/**
 * Adds up the values of all CPUs, field by field. Text, bytes and enums have no sum: the first that is not empty is
 * used.
 */
export function sumCpus(values: readonly unknown[], layout: Layout | undefined): unknown {
  const first = values.find((value) => value !== undefined && !isEmpty(value)) ?? values[0];
  switch (layout?.kind) {
    case "int":
    case "float":
      if (layout.name.endsWith("*")) return first;
      return values.reduce((sum, value) => (sum as number) + (value as number));
    case "array": {
      const { length } = values[0] as unknown[];
      return Array.from({ length }, (_, i) =>
        sumCpus(
          values.map((value) => (value as unknown[])[i]),
          layout.element,
        ),
      );
    }
    case "record":
      return Object.fromEntries(
        [...fieldsOf(layout.members)].map(({ name, layout: field }) => [
          name,
          sumCpus(
            values.map((value) => (value as Record<string, unknown>)[name]),
            field,
          ),
        ]),
      );
    default:
      return first;
  }
}

function isEmpty(value: unknown): boolean {
  return value === "" || value === 0 || (value instanceof Uint8Array && value.every((byte) => byte === 0));
}
