import { vendorSources } from "../vendor/vendor.ts";
import { filesBelow } from "./files.ts";
import type { Step } from "./step.ts";

/** Third-party sources: native/vendor. */
export const vendor: Step = {
  name: "vendor",
  needs: [],
  inputs: () => filesBelow("scripts/vendor", ".ts"),
  outputs: () => ["native/vendor/include/bpf/libbpf.h"],
  run: vendorSources,
};
