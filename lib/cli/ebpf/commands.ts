import type { Commands } from "./command.ts";

/** The subcommands, in the order of `ebpf --help`. */
export const commands: Commands = {
  init: {
    summary: "write a new project: a program in C, and the TypeScript that loads it",
    load: () => import("./init/command.ts"),
  },
  run: {
    summary: "load an object, attach its programs and show what they do",
    load: () => import("./run/command.ts"),
  },
  inspect: {
    summary: "show what an object contains and what it needs, on any system",
    load: () => import("./inspect/command.ts"),
  },
  doctor: {
    summary: "examine this machine, and whether an object loads and attaches on it",
    load: () => import("./doctor/command.ts"),
  },
  check: {
    summary: "boot other kernels and examine whether an object works on them",
    load: () => import("./check/command.ts"),
  },
  explain: {
    summary: "explain an error by its code",
    load: () => import("./explain/command.ts"),
  },
  docs: {
    summary: "print the pages of the documentation, or search them",
    load: () => import("./docs/command.ts"),
  },
  top: {
    summary: "show how much time of the CPU the programs of this machine take",
    load: () => import("./top/command.ts"),
  },
  maps: {
    summary: "list the maps in the kernel; show, dump or change one",
    load: () => import("./maps/command.ts"),
  },
  programs: {
    summary: "list the programs in the kernel; show or dump one",
    load: () => import("./programs/command.ts"),
  },
  links: {
    summary: "list the links in the kernel; show or detach one",
    load: () => import("./links/command.ts"),
  },
  trace_pipe: {
    summary: "print what programs write with bpf_printk",
    load: () => import("./trace_pipe/command.ts"),
  },
  completions: {
    summary: "write the completions of a shell",
    load: () => import("./completions/command.ts"),
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
