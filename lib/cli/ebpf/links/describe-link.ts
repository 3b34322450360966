import { EbpfError, type Link, type link, Program } from "../../../index.ts";
import { native } from "../../../native/addon.ts";
import { kernelAddress } from "../values/kernel-address.ts";

/** A link, with the name of its program and its target in words. */
export type DescribedLink = link.LinkInfo & { programName?: string; target?: string };

export function describeLink(one: Link): DescribedLink {
  const info = one.info();
  const programName = nameOfProgram(info.programId);
  const target = targetOf(info);
  return { ...info, ...(programName && { programName }), ...(target && { target }) };
}

function nameOfProgram(id: number): string | undefined {
  if (id === 0) return undefined;
  try {
    using program = Program.fromId(id);
    return program.name;
  } catch (error) {
    if (error instanceof EbpfError) return undefined;
    throw error;
  }
}

function targetOf(info: link.LinkInfo): string | undefined {
  switch (info.type) {
    case "raw-tracepoint":
      return info.name;
    case "tracing":
      return info.attachType;
    case "cgroup":
      return `${info.attachType} of cgroup ${info.cgroupId}`;
    case "iter":
      return info.target;
    case "netns":
      return `${info.attachType} of netns ${info.netnsInode}`;
    case "xdp":
      return interfaceName(info.interfaceIndex);
    case "tcx":
    case "netkit":
      return `${info.attachType} of ${interfaceName(info.interfaceIndex)}`;
    case "perf-event":
      return eventText(info.event);
    case "kprobe-multi": {
      const [first] = info.addresses;
      const name = first === undefined || first === 0n ? "" : `${kernelAddress(first)}, `;
      return `${name}${info.count} function${info.count === 1 ? "" : "s"}`;
    }
    case "uprobe-multi":
      return `${info.path}, ${info.count} place${info.count === 1 ? "" : "s"}`;
    case "struct-ops":
    case "sockmap":
      return `map ${info.mapId}`;
    case "netfilter":
      return `${info.family} hook ${info.hook} priority ${info.priority}`;
    default:
      return undefined;
  }
}

function eventText(event: link.PerfEventDescription | undefined): string | undefined {
  switch (event?.type) {
    case "uprobe":
    case "uretprobe":
      return `${event.type} ${event.path}+0x${event.offset.toString(16)}`;
    case "kprobe":
    case "kretprobe":
      return `${event.type} ${event.symbol}${event.offset === 0 ? "" : `+0x${event.offset.toString(16)}`}`;
    case "tracepoint":
      return `tracepoint ${event.name}`;
    case "event":
      return `perf event ${event.perfType}:${event.config}`;
    default:
      return undefined;
  }
}

/** The name of an interface of this network namespace; its index if there is none. */
function interfaceName(index: number): string {
  const name = native().interfaceName(index);
  return typeof name === "string" ? name : `interface ${index}`;
}
