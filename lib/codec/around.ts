import type { Codec } from "./codec.ts";
import { canCompile, type Special } from "./compile-codec.ts";
import type { Slack } from "./slack.ts";
import { composeTightness, tightnessCode, tightnessHelpers } from "./tightness.ts";

type Read = Codec<unknown>["read"];
type Write = Codec<unknown>["write"];
type Keep = (value: unknown, view: DataView, offset: number) => unknown;

// If code generation is allowed, each is compiled separately. Closures of one function share their type feedback, so
// the engine does not inline a call in them after several types were used.

/**
 * A reader that passes a value to `keep` if its bytes have content that the value does not determine, such as padding.
 */
export function readerAround(read: Read, slack: readonly Slack[], keep: Keep): Read {
  if (slack.length === 0) return read;
  if (canCompile()) {
    return compile(
      { read, keep, ...tightnessHelpers },
      `(view, offset, end) => {
        const value = read(view, offset, end);
        return ${tightnessCode(slack)} ? value : keep(value, view, offset);
      }`,
    );
  }
  const isTight = composeTightness(slack);
  return (view, offset, end) => {
    const value = read(view, offset, end);
    return isTight(view, offset) ? value : keep(value, view, offset);
  };
}

/** A writer that first passes every value that can be bytes, or have bytes attached, to `special`. */
export function writerAround(write: Write, special: Special, asksAboutText: boolean): Write {
  if (canCompile()) {
    const text = asksAboutText ? ' || typeof value === "string"' : "";
    return compile(
      { write, special },
      `(view, offset, value) => {
        if ((typeof value === "object"${text}) && special(view, offset, value)) return;
        write(view, offset, value);
      }`,
    );
  }
  return (view, offset, value) => {
    const isAsked = typeof value === "object" || (asksAboutText && typeof value === "string");
    if (isAsked && special(view, offset, value)) return;
    write(view, offset, value);
  };
}

function compile<F>(scope: object, text: string): F {
  return new Function(...Object.keys(scope), `"use strict"; return ${text};`)(...Object.values(scope)) as F;
}
