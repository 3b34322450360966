import { EbpfError, NotSupportedError } from "../errors/index.ts";
import { attachBySection } from "../link/by-section.ts";
import { Link, type LinkInfo } from "../link/index.ts";
import type { Program } from "../program/index.ts";
import type { Placement } from "./placement.ts";
import type { PinStore } from "./store.ts";

/**
 * Attaches a program to a hook, in place of the program that is attached there. The link is pinned, and closed in this
 * process: another process that held the link of a replaced program would keep it attached.
 */
export function attachAt(store: PinStore, { name, options }: Placement, program: Program): void {
  if (!store.hasLink(name)) {
    using link = attachBySection(program, options);
    link.pin(store.linkPath(name));
    store.did("attach", name);
    return;
  }
  using old = Link.fromPin(store.linkPath(name));
  const info = old.info();
  if (isAlive(info)) {
    if (info.programId === program.info().id) return;
    if (replaced(old, program)) {
      store.did("replace", name);
      return;
    }
  }
  using next = attachBySection(program, options);
  next.pin(store.nextLinkPath(name));
  store.did("attach next", name);
  store.takeNextLink(name);
}

/** Whether the kernel replaced the program in place. It cannot for tracing programs and probes. */
function replaced(link: Link, program: Program): boolean {
  try {
    link.update(program);
    return true;
  } catch (error) {
    if (error instanceof NotSupportedError) return false;
    throw error;
  }
}

/** A link outlives its interface, cgroup or network namespace, and is then attached to nothing. */
function isAlive(info: LinkInfo): boolean {
  switch (info.type) {
    case "xdp":
    case "tcx":
    case "netkit":
      return info.interfaceIndex !== 0;
    case "cgroup":
      return info.cgroupId !== 0n;
    case "netns":
      return info.netnsInode !== 0;
    default:
      return true;
  }
}

/**
 * Attaches the programs of a version to all of its hooks and detaches all others. It continues after a failure, so that
 * one missing hook does not prevent the others from being restored.
 *
 * @returns The failures, by the names of the hooks.
 */
export function restore(
  store: PinStore,
  hooks: readonly { readonly placement: Placement; readonly program: Program }[],
): [string, EbpfError][] {
  const failures: [string, EbpfError][] = [];
  for (const { placement, program } of hooks) {
    try {
      settleNextLink(store, placement.name, program);
      attachAt(store, placement, program);
    } catch (error) {
      if (!(error instanceof EbpfError)) throw error;
      failures.push([placement.name, error]);
    }
  }
  store.removeNextLinks();
  detachOthers(
    store,
    hooks.map(({ placement }) => placement),
  );
  return failures;
}

/**
 * Puts a link in place that a killed process created but did not put in place, if its program is the right one.
 * Otherwise removes the link.
 */
function settleNextLink(store: PinStore, hook: string, program: Program): void {
  if (!store.hasNextLink(hook)) return;
  using next = Link.fromPin(store.nextLinkPath(hook));
  if (next.info().programId === program.info().id) store.takeNextLink(hook);
  else store.removeNextLink(hook);
}

/** Detaches the programs at hooks that a version does not have. */
export function detachOthers(store: PinStore, placements: readonly Placement[]): void {
  const names = new Set(placements.map(({ name }) => name));
  for (const name of store.links) if (!names.has(name)) store.removeLink(name);
}
