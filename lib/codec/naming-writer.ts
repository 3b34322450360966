import type { Codec } from "./codec.ts";
import type { Layout } from "./layout.ts";
import { namingUnknownField } from "./unknown-field.ts";

// biome-ignore lint/suspicious/noExplicitAny: a writer of any type.
type AnyWrite = (view: DataView, offset: number, value: any) => void;

const wrapped = new WeakMap<AnyWrite, AnyWrite>();

/** Returns a writer whose errors name misspelt fields. */
export function namingWriter<Write extends AnyWrite>(write: Write, codec: Codec<unknown, never>): Write {
  const naming: AnyWrite = (view, offset, value) => {
    try {
      write(view, offset, value);
    } catch (error) {
      throw namingUnknownField(error, codec, value);
    }
  };
  wrapped.set(naming, write);
  return naming as Write;
}

/**
 * The writer inside one of {@link namingWriter}, for hot paths that name the fields themselves. All naming writers share
 * one call, which V8 cannot inline.
 */
export function plainWriter<Write extends AnyWrite>(write: Write): Write {
  return (wrapped.get(write) as Write | undefined) ?? write;
}

/** Whether values of the layout have fields, which can be misspelt. */
export function hasFields(layout: Layout): boolean {
  return layout.kind === "record" || (layout.kind === "array" && hasFields(layout.element));
}
