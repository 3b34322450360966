import type { Layout } from "../layout.ts";
import type { Draft } from "./draft.ts";

/** Where the bytes are, as code. */
export interface TargetPlace {
  view: string;
  offset: string;
  /** The end of the record; undefined where no flexible array can be read. */
  end?: string | undefined;
}

/** Where in the value one is, as code: the path so far, and the step to the value at hand. */
export interface Spot {
  path: string;
  step: string | undefined;
}

/** Writes code for values of any layout, for whoever writes code for what holds them. */
export interface ValueCode {
  /** An expression for the value at a place. */
  read(layout: Layout, place: TargetPlace): string;
  /** A statement that stores the value of an expression at a place. */
  write(layout: Layout, place: TargetPlace, value: string, spot: Spot): string;
}

/** The path to the value at hand, as one expression. */
export function pathCode(draft: Draft, { path, step }: Spot): string {
  return step === undefined ? path : `${draft.part("at")}(${path}, ${step})`;
}

/** What a path starts with: the name of the type when there is one. */
export function rootPath(layout: Layout): string {
  if (layout.kind === "array") return "";
  if (layout.kind === "record") return layout.tag === "" ? "value" : layout.tag;
  return layout.name;
}
