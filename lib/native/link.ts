import type { Handle } from "./handle.ts";

/** native/link.cc: every attach answers the handle of a link, or throws NativeError. */
export interface NativeLink {
  /** By the SEC name; errno EDESTADDRREQ when it does not say where. */
  attach(program: Handle): Handle;
  attachTracepoint(program: Handle, options: { group: string; name: string; cookie?: bigint }): Handle;

  linkClose(link: Handle): void;
  linkFd(link: Handle): number;
}
