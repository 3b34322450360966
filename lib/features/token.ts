import { native } from "../native/addon.ts";
import { question } from "./question.ts";

/**
 * Whether this kernel has BPF tokens, which delegate BPF to a user namespace.
 *
 * @throws {@link PermissionError} as `programType` does.
 */
export function token(): boolean {
  return question("BPF tokens", ["bpf"], () => native().probeToken());
}
