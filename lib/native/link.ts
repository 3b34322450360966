import type { Handle, Status } from "./handle.ts";

/** native/link_create.cc: BPF_LINK_CREATE. Only the fields of the attach type are used. */
export interface NativeLinkOptions {
  attachType: number;
  /** An interface index or a descriptor. */
  target?: number;
  targetMap?: Handle;
  /** The program whose `function` is replaced. */
  targetProgram?: Handle;
  function?: string;
  cookie?: bigint;
  symbols?: string[];
  /** Addresses in the kernel, or offsets in the file at `path`. */
  addresses?: BigUint64Array;
  refCtrOffsets?: BigUint64Array;
  cookies?: BigUint64Array;
  multiFlags?: number;
  path?: string;
  pid?: number;
  family?: number;
  hook?: number;
  priority?: number;
  netfilterFlags?: number;
  /** True for cgroup attach types, which support an order. */
  cgroup?: boolean;
  flags?: number;
  anchorLink?: Handle;
  anchorProgram?: Handle;
  anchorId?: number;
  revision?: bigint;
  /** True when one of the following fields limits the iterator. */
  iterTarget?: boolean;
  iterMap?: Handle;
  iterCgroup?: number;
  iterOrder?: number;
  iterThread?: number;
  iterProcess?: number;
}

/** native/link_create.cc: BPF_PROG_ATTACH and BPF_PROG_DETACH. */
export interface NativeAttachOptions
  extends Pick<
    NativeLinkOptions,
    "attachType" | "target" | "targetMap" | "flags" | "anchorLink" | "anchorProgram" | "anchorId" | "revision"
  > {
  replace?: Handle;
}

/** native/link_perf.cc: perf_event_open, and attaching a program to the event. */
export interface NativePerfEventOptions {
  /** PERF_TYPE_*, or the type of a dynamic PMU. */
  type: number;
  config: bigint;
  config1?: bigint;
  config2?: bigint;
  /** In place of config1: the kernel function, or the path of the binary. */
  name?: string;
  breakpointType?: number;
  /** Samples per second, instead of `period`. */
  frequency?: bigint;
  period?: bigint;
  excludeKernel?: boolean;
  excludeUser?: boolean;
  inherit?: boolean;
  pid: number;
  cpu: number;
  cookie?: bigint;
  /** Attach with an ioctl instead of a bpf_link, as on kernels before 5.15. */
  ioctl?: boolean;
}

/** Properties of a link (struct bpf_link_info). The fields depend on the type. */
export interface NativeLinkInfo {
  type: number;
  id: number;
  programId: number;
  [field: string]: number | bigint | string | BigUint64Array;
}

export interface NativeFilter {
  priority: number;
  handle: number;
  /** 0 for a filter that is not a BPF program. */
  programId: number;
  name: string;
}

/** native/link*.cc: every attach function returns the handle of a link, or throws NativeError. */
export interface NativeLink {
  linkCreate(program: Handle, options: NativeLinkOptions): Handle;
  programAttach(program: Handle, options: NativeAttachOptions): Status;
  programDetach(program: Handle, options: NativeAttachOptions): Status;
  attachRawTracepoint(program: Handle, options: { name: string; cookie?: bigint }): Handle;
  attachPerfEvent(program: Handle, options: NativePerfEventOptions): Handle;
  /** The tracefs file at `path` contains the ID of the tracepoint. */
  attachTracepoint(program: Handle, path: string, cookie: bigint | undefined): Handle;
  /**
   * Attaches to the target of a SEC name, without options. The target of a tracing program is its attach type.
   *
   * @param type - The number of a link type: perf event, raw tracepoint or tracing.
   * @returns The handle of a link, or a negative errno.
   */
  attachDirectly(program: Handle, type: number, target: string | number): Handle | Status;
  /** Throws EOPNOTSUPP for a program that does not come from an object. The next two functions do the same. */
  attachLegacyKprobe(program: Handle, options: { symbol: string; offset: number; retprobe: boolean }): Handle;
  attachLegacyUprobe(
    program: Handle,
    options: { path: string; offset: bigint; retprobe: boolean; pid: number },
  ): Handle;
  attachUsdt(
    program: Handle,
    options: { path: string; provider: string; name: string; pid: number; cookie?: bigint },
  ): Handle;
  attachXdpNetlink(program: Handle, options: { ifindex: number; flags: number; replace?: boolean }): Handle;
  attachFilter(
    program: Handle,
    options: { ifindex: number; egress: boolean; priority?: number; handle?: number; replace?: boolean },
  ): Handle;
  attachSocket(program: Handle, options: { socket: number; reuseport: boolean }): Handle;
  attachToMap(program: Handle, map: Handle, attachType: number): Handle;
  /** Attaches to a lirc device. The descriptor is not needed afterwards. */
  attachToDevice(program: Handle, device: number): Handle;
  /** Throws EBADF for a map that does not come from an object, like structOpsUpdate. */
  attachStructOps(map: Handle): Handle;

  /** -ENODEV for an unknown name. */
  interfaceIndex(name: string): number | Status;
  /** -ENXIO for an unknown index. */
  interfaceName(index: number): string | Status;
  filters(ifindex: number, egress: boolean): NativeFilter[];
  /** The kind of qdisc at the place of clsact: `clsact`, `ingress`, or nothing. */
  ingressQdisc(ifindex: number): string;
  xdpState(ifindex: number): {
    mode: number;
    programId: number;
    generic: number;
    native: number;
    offload: number;
  };
  programQuery(options: { target?: number; targetMap?: Handle; attachType: number; flags?: number }): {
    programs: { programId: number; linkId: number }[];
    flags: number;
    revision: bigint;
  };

  /** After a failure, the program stays attached, and the handle stays valid. */
  linkClose(link: Handle): Status;
  /** Returns -1 for an attachment without a bpf_link. */
  linkFd(link: Handle): number;
  linkUpdate(link: Handle, program: Handle, expected?: Handle): Status;
  structOpsUpdate(link: Handle, map: Handle): Status;
  linkDetach(link: Handle): Status;
  linkPin(link: Handle, path: string): Status;
  linkFromPin(path: string): Handle;
  linkFromId(id: number): Handle;
  linkFromFd(fd: number): Handle;
  /** `type` is enum bpf_task_fd_type. */
  taskFdQuery(
    pid: number,
    fd: number,
  ): { programId: number; type: number; name: string; offset: bigint; address: bigint };
  /** Returns -ENOENT after the last ID. */
  linkNextId(id: number): number;
  linkInfo(link: Handle): NativeLinkInfo;
  /** Groups several links into one, and takes ownership of them. */
  linkGroup(links: Handle[]): Handle;
  /** Returns a descriptor to read, or a negative errno. */
  iteratorOpen(link: Handle): number;
}
