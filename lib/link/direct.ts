import {
  type AttachType,
  attachTypeNumber,
  type LinkType,
  linkTypes,
  type ProgramType,
} from "../hooks/index.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";

/** The properties of a program that determine how it attaches to the target of its SEC name. */
export interface DirectProgram {
  readonly type: ProgramType;
  readonly section: string;
  readonly attachTo?: string | undefined;
  readonly attachType?: AttachType | undefined;
}

export interface Way {
  readonly types: readonly ProgramType[];
  /** The number of the link type. */
  readonly link: number;
  readonly attachType?: AttachType;
}

/**
 * Attaches a program to the target of its SEC name with a single call of the addon, if one call is sufficient.
 *
 * @returns The handle of a link, whose nature is `link` or `perf-event`. Undefined if this is not possible or failed.
 * Then use attachBySection, which attaches or explains the failure.
 */
export function attachDirectly(program: DirectProgram, handle: Handle): Handle | undefined {
  const { section, attachTo, attachType } = program;
  const way = ways.get(section.slice(0, section.indexOf("/")));
  if (way === undefined || !way.types.includes(program.type) || attachType !== way.attachType)
    return undefined;
  let target: string | number;
  if (way.attachType !== undefined) target = attachTypeNumber(way.attachType);
  else if (attachTo === undefined || attachTo === "") return undefined;
  else target = attachTo;
  if (way.link === perfEvent) {
    // The addon reads the ID of the tracepoint from a file, and bypasses the permission model of Node.
    if (hasPermissionModel) return undefined;
    const slash = (attachTo as string).indexOf("/");
    if (slash < 1 || slash === (attachTo as string).length - 1) return undefined;
  }
  const link = native().attachDirectly(handle, way.link, target);
  return link < 0 ? undefined : link;
}

const hasPermissionModel = process.permission !== undefined;

const perfEvent = numberOf("perf-event");

function numberOf(type: LinkType): number {
  return linkTypes.indexOf(type);
}

function tracing(attachType: AttachType): Way {
  return { types: ["tracing", "lsm"], link: numberOf("tracing"), attachType };
}

const tracepoint: Way = { types: ["tracepoint"], link: perfEvent };
const rawTracepoint: Way = {
  types: ["raw-tracepoint", "raw-tracepoint-writable"],
  link: numberOf("raw-tracepoint"),
};

/** The direct ways to attach, by the part of the SEC name before the slash. */
export const ways: ReadonlyMap<string, Way> = new Map([
  ["tracepoint", tracepoint],
  ["tp", tracepoint],
  ["raw_tracepoint", rawTracepoint],
  ["raw_tp", rawTracepoint],
  ["raw_tracepoint.w", rawTracepoint],
  ["raw_tp.w", rawTracepoint],
  ["fentry", tracing("trace-fentry")],
  ["fentry.s", tracing("trace-fentry")],
  ["fexit", tracing("trace-fexit")],
  ["fexit.s", tracing("trace-fexit")],
  ["fmod_ret", tracing("modify-return")],
  ["fmod_ret.s", tracing("modify-return")],
  ["tp_btf", tracing("trace-raw-tp")],
  ["lsm", tracing("lsm-mac")],
  ["lsm.s", tracing("lsm-mac")],
]);
