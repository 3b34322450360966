import type { AttachType } from "../attach-types.ts";
import type { Hook } from "../hook.ts";

const btf = ["attach-btf"] as const;
const sleepableBtf = ["attach-btf", "sleepable"] as const;
const functionTracing = ["CONFIG_DEBUG_INFO_BTF", "CONFIG_FUNCTION_TRACER"] as const;
const tracingLink = { type: "tracing", since: "5.7" } as const;
const cookie = { cookie: { kind: "cookie", since: "5.19" } } as const;

/** The facts of the hooks that run at a function of the kernel. */
const atFunction = {
  types: ["tracing"],
  config: functionTracing,
  capability: "perfmon",
  link: tracingLink,
  options: cookie,
} as const;

/** A link to a function that every kernel with such programs has. */
function functionProbe<const Type extends AttachType>(attachType: Type) {
  return { type: "tracing", attachType, function: "bpf_fentry_test1", target: 0, known: [] } as const;
}

/** Hooks of programs that are loaded for a function or type in BTF. */
export const tracingHooks = {
  fentry: {
    call: "fentry",
    title: "fentry",
    sections: {
      "fentry+": { attachType: "trace-fentry", flags: btf },
      "fentry.s+": { attachType: "trace-fentry", flags: sleepableBtf },
    },
    ...atFunction,
    attachTypes: { "trace-fentry": "5.5" },
    since: "5.5",
    probes: {
      fentry: functionProbe("trace-fentry"),
    },
  },
  fexit: {
    call: "fexit",
    title: "fexit",
    sections: {
      "fexit+": { attachType: "trace-fexit", flags: btf },
      "fexit.s+": { attachType: "trace-fexit", flags: sleepableBtf },
    },
    ...atFunction,
    attachTypes: { "trace-fexit": "5.5" },
    since: "5.5",
  },
  "fmod-ret": {
    call: "fmodRet",
    title: "fmod_ret",
    sections: {
      "fmod_ret+": { attachType: "modify-return", flags: btf },
      "fmod_ret.s+": { attachType: "modify-return", flags: sleepableBtf },
    },
    ...atFunction,
    attachTypes: { "modify-return": "5.7" },
    since: "5.7",
  },
  fsession: {
    call: "fsession",
    title: "fsession",
    sections: {
      "fsession+": { attachType: "trace-fsession", flags: btf },
      "fsession.s+": { attachType: "trace-fsession", flags: sleepableBtf },
    },
    ...atFunction,
    attachTypes: { "trace-fsession": "7.0" },
    since: "7.0",
    probes: {
      fsession: functionProbe("trace-fsession"),
    },
  },
  lsm: {
    call: "lsm",
    title: "LSM hook",
    sections: {
      "lsm+": { attachType: "lsm-mac", flags: btf },
      "lsm.s+": { attachType: "lsm-mac", flags: sleepableBtf },
    },
    types: ["lsm"],
    attachTypes: { "lsm-mac": "5.7" },
    since: "5.7",
    config: ["CONFIG_BPF_LSM"],
    capability: "perfmon",
    link: tracingLink,
    options: cookie,
    probes: { lsm: "lsm" },
  },
  "tp-btf": {
    call: "tpBtf",
    title: "tp_btf",
    sections: { "tp_btf+": { attachType: "trace-raw-tp", flags: btf } },
    types: ["tracing"],
    attachTypes: { "trace-raw-tp": "5.5" },
    since: "5.5",
    config: ["CONFIG_DEBUG_INFO_BTF"],
    capability: "perfmon",
    // The kernel attaches these programs like raw tracepoints, but its link information has type tracing.
    link: tracingLink,
    options: { cookie: { kind: "cookie", since: "6.10" } },
  },
  iterator: {
    call: "iterator",
    title: "iterator",
    sections: {
      "iter+": { attachType: "trace-iter", flags: btf },
      "iter.s+": { attachType: "trace-iter", flags: sleepableBtf },
    },
    types: ["tracing"],
    attachTypes: { "trace-iter": "5.8" },
    since: "5.8",
    config: ["CONFIG_DEBUG_INFO_BTF"],
    capability: "perfmon",
    link: { type: "iter", since: "5.8" },
    update: { since: "5.8", expected: "always" },
    options: {
      map: { kind: "map" },
      cgroup: { kind: "cgroup", since: "6.1" },
      order: {
        kind: "word",
        words: ["self", "descendants-pre", "descendants-post", "ancestors"],
        since: "6.1",
      },
      thread: { kind: "pid", since: "6.1" },
      process: { kind: "pid", since: "6.1" },
    },
    rules: [{ rule: "at-most-one", of: ["thread", "process"] }],
    probes: { iterator: "iterator" },
  },
  freplace: {
    call: "freplace",
    title: "freplace",
    sections: { "freplace+": { flags: btf } },
    types: ["ext"],
    attachTypes: {},
    since: "5.6",
    config: ["CONFIG_DEBUG_INFO_BTF"],
    capability: "perfmon",
    link: tracingLink,
    options: { target: { kind: "program", since: "5.10" }, function: { kind: "name" } },
  },
} as const satisfies Record<string, Hook>;
