import { InvalidArgumentError } from "../errors/index.ts";
import type { RecordView } from "./record-view.ts";

/** The argument of a handler for records of type `T`: read-only fields that are valid during the call only. */
export type ViewOf<T> = 0 extends 1 & T
  ? // biome-ignore lint/suspicious/noExplicitAny: of an unknown record, nothing is known
    any
  : T extends Uint8Array
    ? RecordView
    : T extends { kind: infer K; value: infer V }
      ? // A field of text may be called "kind" too.
        string extends K
        ? { readonly [F in keyof T]: T[F] }
        : K extends string
          ? ViewOf<V>
          : { readonly [F in keyof T]: T[F] }
      : T extends bigint | number | string | boolean
        ? { readonly value: T }
        : { readonly [K in keyof T]: T[K] };

/**
 * @param result - The return value of a handler.
 * @throws {@link InvalidArgumentError} for a promise: the view shows another record after the first `await`.
 */
export function checkHandler(result: unknown): void {
  if (typeof (result as { then?: unknown } | null)?.then === "function")
    throw new InvalidArgumentError(
      "a handler of records in place must not be async: the record is valid only until it returns",
      { remedy: "Use `for await`, or copy what is needed before the first await" },
    );
}
