import type { Layout } from "../layout.ts";
import type { Draft } from "./draft.ts";

/** The place of the bytes, as code. */
export interface TargetPlace {
  view: string;
  offset: string;
  /** The end of the record; undefined where no flexible array can be read. */
  end?: string | undefined;
}

/** The current place in the value, as code: the path and the last step. */
export interface Spot {
  path: string;
  step: string | undefined;
}

/** Emits code for values of any layout, for the emitters of their containers. */
export interface ValueCode {
  /** An expression for the value at a place. */
  read(layout: Layout, place: TargetPlace): string;
  /** A statement that stores the value of an expression at a place. */
  write(layout: Layout, place: TargetPlace, value: string, spot: Spot): string;
}

/** The path to the current value as one expression. */
export function pathCode(draft: Draft, { path, step }: Spot): string {
  return step === undefined ? path : `${draft.part("at")}(${path}, ${step})`;
}

/** The start of a path: the name of the type, if any. */
export function rootPath(layout: Layout): string {
  if (layout.kind === "array") return "";
  if (layout.kind === "record") return layout.tag === "" ? "value" : layout.tag;
  return layout.name;
}
