import type { Hook } from "../hook.ts";

/** Hooks that belong to no larger family. */
export const otherHooks = {
  "struct-ops": {
    call: "structOps",
    title: "struct_ops",
    // The section of the attached map. Its programs are in SEC("struct_ops").
    sections: {},
    types: [],
    attachTypes: { "struct-ops": "6.4" },
    since: "5.6",
    config: ["CONFIG_DEBUG_INFO_BTF"],
    capability: "perfmon",
    link: { type: "struct-ops", since: "6.4" },
    otherwise: "struct-ops",
    update: { since: "6.4", expected: "never" },
    outlives: "without-link",
    options: {},
  },
  "lirc-mode2": {
    call: "lircMode2",
    title: "lirc device",
    sections: { lirc_mode2: { attachType: "lirc-mode2" } },
    types: ["lirc-mode2"],
    attachTypes: { "lirc-mode2": "4.18" },
    since: "4.18",
    config: ["CONFIG_BPF_LIRC_MODE2"],
    capability: "net_admin",
    otherwise: "device",
    options: { device: { kind: "device", required: true } },
  },
} as const satisfies Record<string, Hook>;
