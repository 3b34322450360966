/** A page of docs/, or of another folder of the repository that the site shows too. */
export interface Page {
  /** The file, relative to the repository. */
  readonly file: string;
  /** The name in the sidebar. */
  readonly title: string;
  /** What the page has, in the index of docs/README.md. */
  readonly about: string;
}

/** Pages under one title. */
export interface Group {
  readonly title: string;
  /** Whether the package does not have these pages (scripts/build/packaged-page.ts). Such groups are the last ones. */
  readonly inRepositoryOnly?: boolean;
  readonly pages: readonly Page[];
}

/** The sidebar of the site and the index in docs/README.md, which `npm run format` writes. Each page of docs/ is here. */
export const navigation: readonly Group[] = [
  {
    title: "Start",
    pages: [
      page("guides/first-program", "The first program", "from an empty folder to its output in five minutes"),
      page(
        "guides/what-is-ebpf",
        "What eBPF is",
        "for Node.js developers: what runs where, what it costs, what it may not do",
      ),
      page(
        "guides/c-side",
        "The C side",
        "for people who do not write C: types, maps, helpers, vmlinux.h, CO-RE",
      ),
      page("bpf2ts", "Typed loaders: bpf2ts", "from a C file or an object to a typed loader"),
      page("packaging", "Installing and bundling", "package managers, bundlers, importing C, other systems"),
      page(
        "from-cilium",
        "From other libraries",
        "the counterpart of every exported name of cilium/ebpf, and of the main calls of libbpf, aya, bcc and bpftrace",
      ),
      example("", "Examples", "programs to run and to start from"),
    ],
  },
  {
    title: "Jobs from start to end",
    pages: [
      page("guides/jobs/process-starts", "Programs that start", "with their arguments"),
      page("guides/jobs/packets-by-source", "Packets by source", "counted by XDP"),
      page("guides/jobs/syscall-latency", "Latency of a system call", "as a histogram"),
      page("guides/jobs/library-function", "A library function", "of another process, with a uprobe"),
      page("guides/jobs/block-connect", "Refuse connections", "of a group of processes"),
    ],
  },
  {
    title: "Guides",
    pages: [
      page(
        "guides/attach",
        "Attaching",
        "how to attach: every kind, when to use it, its SEC names, options, capabilities and Linux version",
      ),
      page(
        "guides/lifetime-and-pins",
        "Lifetime, Ctrl-C and pins",
        "what detaches a program and what keeps it attached: close, signals, pins, another process",
      ),
      page(
        "guides/globals",
        "Globals and configuration",
        "constants, variables and settings that a running program reads",
      ),
      page(
        "guides/histograms-and-stacks",
        "Histograms and stacks",
        "distributions, profiles and flame graphs",
      ),
      page("guides/testing", "Testing with testRun", "test runs, node:test and vitest, other kernels in VMs"),
      page(
        "guides/portability",
        "Portable programs: CO-RE",
        "CO-RE, old kernels, features that may be missing",
      ),
      page(
        "guides/containers",
        "Containers and systemd",
        "Docker, Kubernetes, least privilege, setcap, systemd",
      ),
      page("guides/performance", "Performance", "the cost of each operation, and how to measure it"),
      page("guides/troubleshooting", "Troubleshooting", "symptoms, causes and what to do"),
      page("guides/faq", "Frequent questions", "short answers to frequent questions"),
    ],
  },
  {
    title: "In depth",
    pages: [
      page("loading", "Loading", "how an object is loaded, and the cost"),
      page(
        "types",
        "C types in JavaScript",
        "the TypeScript type of each C type, and the values that it accepts",
      ),
      page("maps", "Maps", "every map type: its class, its Linux version, its rules"),
      page(
        "events",
        "Events",
        "ring buffers, perf buffers and user ring buffers: reading, writing, cancelling, lost records",
      ),
      page("attach-support", "What attaches where", "links, updates, and test results by kernel"),
      page(
        "probes",
        "Choosing a function",
        "how probes select a function of the kernel, a binary or a process",
      ),
      page(
        "links",
        "Sharing a hook",
        "what a link removes and replaces when another process has attached to the same hook",
      ),
      page(
        "format",
        "Formatting",
        "histograms, addresses, times, system calls and stacks as text and pictures",
      ),
      page("asm", "Without a compiler", "instructions, labels, text"),
      page(
        "btf",
        "Type information",
        "BTF of objects, of the kernel and of its modules; creating BTF, and writing it as C",
      ),
      page(
        "features",
        "Features of a kernel",
        "what the running kernel supports, found by probes, and when the result is unknown",
      ),
    ],
  },
  {
    title: "Errors",
    pages: [
      page(
        "verifier",
        "Refusals of the verifier",
        "the report of a refusal, its data, and every kind of fault",
      ),
      page("errors", "Error classes", "every error code and its cause"),
      page("error-codes", "Error codes", "what each error code means, why it happens, what to do"),
    ],
  },
  {
    title: "Operations",
    pages: [
      page(
        "cli",
        "The command ebpf",
        "run an object without code, watch programs, list and change what the kernel holds",
      ),
      page(
        "upgrade",
        "Rolling out",
        "replacing a running version without a gap: pins, maps that change their layout, canaries, killed processes",
      ),
      page("doctor", "ebpf doctor", "what works on this machine or another one, and why not"),
      page(
        "privileges",
        "Privileges",
        "the capabilities that each kind of program needs, and how to give them to Node.js",
      ),
      page("runtimes", "Runtimes", "support for Node, Bun and Deno"),
      page(
        "security",
        "Security",
        "untrusted inputs, what the package guarantees for them, and the test of each guarantee",
      ),
      page(
        "reliability",
        "Reliability",
        "sanitizers, fuzzing, fault injection and soak runs: what was tried, and what was not",
      ),
    ],
  },
  {
    title: "A whole guide",
    inRepositoryOnly: true,
    pages: [
      page(
        "guide",
        "The guide, in TypeScript",
        "a well-known Chinese guide to eBPF with Go, section by section, with the counterpart of each program",
      ),
      page("guide.zh", "eBPF 完全指南，TypeScript 版", "the same in Chinese: 逐节对应，附可运行的代码"),
    ],
  },
  {
    title: "Contributing",
    inRepositoryOnly: true,
    pages: [
      {
        file: "CONTRIBUTING.md",
        title: "Contributing",
        about: "set-up, from edit to test, how to add a link, a map type, an error",
      },
      page(
        "architecture",
        "Architecture",
        "the folders of the code, their imports, and walkthroughs of typical calls",
      ),
      page("style", "Style", "how text and messages are written"),
      page("kernels", "Other kernels", "running commands on other kernels, in a VM"),
      { file: "CHANGELOG.md", title: "Changes", about: "what changed in each version" },
    ],
  },
];

function page(name: string, title: string, about: string): Page {
  return { file: `docs/${name}.md`, title, about };
}

function example(folder: string, title: string, about: string): Page {
  return { file: `bpf-examples/${folder}README.md`, title, about };
}
