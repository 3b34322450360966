/** One part of the API reference: the public names whose declarations are in its folders of lib/. */
export interface Topic {
  /** The folder of its pages, below docs/reference/. */
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  readonly folders: readonly string[];
}

/** The parts of the reference, in the order of the sidebar. Errors are last. */
export const topics: readonly Topic[] = [
  {
    path: "loading",
    title: "Loading",
    summary: "Read an object, edit it, load it into the kernel, and set its variables.",
    folders: ["collection", "spec", "load", "variable"],
  },
  {
    path: "maps",
    title: "Maps",
    summary: "Create, open, read and write maps. Each map type of the kernel has a class.",
    folders: ["map", "arguments"],
  },
  {
    path: "events",
    title: "Events",
    summary: "Read ring buffers, perf buffers and the trace pipe; loops that end with Ctrl-C.",
    folders: ["events", "trace", "interrupt"],
  },
  {
    path: "programs",
    title: "Programs",
    summary: "Loaded programs: test runs, properties, statistics.",
    folders: ["program", "hooks"],
  },
  {
    path: "links",
    title: "Links",
    summary:
      "Attach programs, and list what is attached. `link` has one function for each kind of attachment.",
    folders: ["link"],
  },
  {
    path: "pins",
    title: "Pins",
    summary: "Objects that the BPF file system keeps alive.",
    folders: ["pins"],
  },
  {
    path: "upgrade",
    title: "Rolling out",
    summary: "Replace a running version by a new one without a gap.",
    folders: ["upgrade"],
  },
  {
    path: "features",
    title: "Features",
    summary: "What the running kernel supports.",
    folders: ["features"],
  },
  {
    path: "values",
    title: "Values",
    summary: "Codecs: how the bytes of a C type become a value of JavaScript.",
    folders: ["codec", "records"],
  },
  {
    path: "format",
    title: "Text and symbols",
    summary: "Histograms, addresses, stacks and symbols as text.",
    folders: ["format", "process", "kernel"],
  },
  {
    path: "btf",
    title: "Type information",
    summary: "Read, create, merge and print BTF.",
    folders: ["btf", "loaded-btf", "elf", "dwarf"],
  },
  {
    path: "asm",
    title: "Instructions",
    summary: "Build, encode, decode and print instructions of eBPF.",
    folders: ["asm"],
  },
  {
    path: "errors",
    title: "Errors",
    summary: "Each error is a class with a stable code, the operation, the cause and, if known, the remedy.",
    folders: ["errors"],
  },
];
