// The arguments of a program as one line.
import type { ExecsnoopExec } from "../tools/execsnoop/execsnoop.bpf.ts";

const LONGEST = 240;

/** Characters that do not show, or that turn the order of others around. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Any process chooses these bytes. The line has no control characters, and is of bounded length. */
export function commandLine({ args, args_size, comm }: ExecsnoopExec): string {
  const text = new TextDecoder().decode(args.subarray(0, Math.min(args_size, LONGEST * 4)));
  const list = text.replace(/\0$/, "").split("\0");
  const line = (text === "" ? `[${comm}]` : list.map(quoted).join(" ")).replace(
    invisible,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** As a shell takes it. */
function quoted(argument: string): string {
  return /^[\w./:=,@%+-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
