import type { Unattached } from "../hook.ts";

const lwt = { attachTypes: {}, since: "4.10", config: ["CONFIG_LWTUNNEL_BPF"] } as const;
const inRoute = "the kernel runs it for the routes that refer to it";

/** Programs that cannot be attached: test runs, maps or routes refer to them. */
export const unattached = {
  syscall: {
    title: "syscall",
    sections: { syscall: { flags: ["sleepable"] } },
    types: ["syscall"],
    attachTypes: {},
    since: "5.14",
    config: [],
    reason: 'programs in SEC("syscall") only run when they are called',
    instead: "Run it with program.testRun()",
  },
  "struct-ops-function": {
    title: "struct_ops function",
    sections: { "struct_ops+": {}, "struct_ops.s+": { flags: ["sleepable"] } },
    types: ["struct-ops"],
    attachTypes: {},
    since: "5.6",
    config: [],
    reason: "it is a function of a struct_ops map",
    instead: "Attach the map: link.structOps(map)",
  },
  "tc-action": {
    title: "tc action",
    sections: { action: {} },
    types: ["sched-act"],
    attachTypes: {},
    since: "4.1",
    config: ["CONFIG_NET_ACT_BPF"],
    reason: "the kernel runs it for the tc filters that have it as an action",
    instead:
      'Pin it and pass the path of the pin: tc filter add … action bpf object-pinned PATH. Or use SEC("tc") and link.tc',
  },
  "xdp-in-map": {
    title: "XDP program of a devmap or cpumap",
    sections: {
      "xdp.frags/devmap": { attachType: "xdp-devmap", flags: ["xdp-frags"] },
      "xdp/devmap": { attachType: "xdp-devmap" },
      "xdp.frags/cpumap": { attachType: "xdp-cpumap", flags: ["xdp-frags"] },
      "xdp/cpumap": { attachType: "xdp-cpumap" },
    },
    types: ["xdp"],
    attachTypes: { "xdp-devmap": "5.8", "xdp-cpumap": "5.9" },
    since: "5.8",
    config: [],
    reason: "the kernel runs it for the entries of a devmap or cpumap that contain it",
    instead: "Store it in an entry of the map",
  },
  "lwt-in": {
    ...lwt,
    title: "lwt_in",
    sections: { lwt_in: {} },
    types: ["lwt-in"],
    reason: inRoute,
    instead: "Pin it and pass the path of the pin: ip route add … encap bpf in pinned PATH",
  },
  "lwt-out": {
    ...lwt,
    title: "lwt_out",
    sections: { lwt_out: {} },
    types: ["lwt-out"],
    reason: inRoute,
    instead: "Pin it and pass the path of the pin: ip route add … encap bpf out pinned PATH",
  },
  "lwt-xmit": {
    ...lwt,
    title: "lwt_xmit",
    sections: { lwt_xmit: {} },
    types: ["lwt-xmit"],
    reason: inRoute,
    instead: "Pin it and pass the path of the pin: ip route add … encap bpf xmit pinned PATH",
  },
  "lwt-seg6local": {
    ...lwt,
    title: "lwt_seg6local",
    sections: { lwt_seg6local: {} },
    types: ["lwt-seg6local"],
    since: "4.18",
    config: ["CONFIG_IPV6_SEG6_BPF"],
    reason: inRoute,
    instead:
      "Pin it and pass the path of the pin: ip -6 route add … encap seg6local action End.BPF endpoint pinned PATH",
  },
} as const satisfies Record<string, Unattached>;
