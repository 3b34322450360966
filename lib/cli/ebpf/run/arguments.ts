import { UsageError } from "../../usage-error.ts";
import { parseOptions } from "../options.ts";
import { milliseconds } from "../values/parse-seconds.ts";
import { type AttachTexts, attachTexts } from "./attach-options.ts";

export const options = {
  set: { type: "string", multiple: true },
  size: { type: "string", multiple: true },
  attach: { type: "string", multiple: true },
  only: { type: "string", multiple: true },
  skip: { type: "boolean" },
  type: { type: "string", multiple: true },
  pin: { type: "string" },
  maps: { type: "boolean" },
  map: { type: "string", multiple: true },
  interval: { type: "string" },
  duration: { type: "string" },
  json: { type: "boolean" },
  watch: { type: "boolean" },
  cc: { type: "string" },
  cflag: { type: "string", multiple: true },
} as const;

export interface Arguments {
  path: string;
  set: readonly string[];
  size: readonly string[];
  attach: AttachTexts;
  only: readonly string[];
  skip: boolean;
  types: readonly string[];
  pin: string | undefined;
  /** Names of maps to show; empty for all; undefined for all if there are no buffers. */
  maps: readonly string[] | undefined;
  /** Milliseconds. */
  interval: number;
  /** Milliseconds; undefined for no limit. */
  duration: number | undefined;
  json: boolean;
  watch: boolean;
  cc: string | undefined;
  cflags: readonly string[];
}

/** @throws {@link UsageError} */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseOptions(args, options);
  const [path, ...more] = positionals;
  if (path === undefined) throw new UsageError("no object; expected an object file or a C source");
  if (more.length > 0) throw new UsageError(`expected one object, received ${positionals.length}`);
  const { map = [], maps = false, pin, cc } = values;
  if (pin !== undefined && values.watch) throw new UsageError("--pin and --watch exclude each other");
  return {
    path,
    set: values.set ?? [],
    size: values.size ?? [],
    attach: attachTexts(values.attach ?? []),
    only: (values.only ?? []).flatMap((names) => names.split(",")),
    skip: values.skip === true,
    types: values.type ?? [],
    pin,
    maps: map.length > 0 ? map : maps ? [] : undefined,
    interval: milliseconds(values.interval ?? "1", "--interval"),
    duration: values.duration === undefined ? undefined : milliseconds(values.duration, "--duration"),
    json: values.json === true,
    watch: values.watch === true,
    cc,
    cflags: values.cflag ?? [],
  };
}
