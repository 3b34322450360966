import type { Command } from "./command.ts";

interface Entry {
  /** One line for the list in `ebpf --help`. */
  summary: string;
  /** Imports the command. Each command is imported only when it runs, so that one does not slow down the start of another. */
  load(): Promise<{ command: Command }>;
}

/** The subcommands, in the order of `ebpf --help`. */
export const commands: Record<string, Entry> = {
  run: {
    summary: "load an object, attach its programs and show what they do",
    load: () => import("./run/command.ts"),
  },
  doctor: {
    summary: "examine this machine, and whether an object loads and attaches on it",
    load: () => import("./doctor/command.ts"),
  },
  vmlinux: {
    summary: "write the types of a kernel as a C header",
    load: () => import("./vmlinux/command.ts"),
  },
  "min-btf": {
    summary: "write the part of a kernel's BTF that objects need to be loaded",
    load: () => import("./min-btf/command.ts"),
  },
  "build-addon": {
    summary: "compile the native addon for this system",
    load: () => import("./build-addon/command.ts"),
  },
};
