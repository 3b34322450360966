import { InvalidArgumentError } from "../errors.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { type AttachType, attachTypeNumber, type ProgramType } from "../spec/index.ts";
import { attached } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

/** Of programs whose target was fixed when they were loaded. */
export interface TracingOptions {
  /** What bpf_get_attach_cookie answers in the program. Default 0. Linux 5.19. */
  cookie?: bigint;
}

/** Attaches a program to the function in BTF that it was loaded for. */
export function attachTracing(
  program: Attachable,
  kind: string,
  attachType: AttachType,
  options: TracingOptions,
  hook: { type?: ProgramType; since: string; config?: string; cookieSince?: string },
): Link {
  const handle = program[handleOf];
  if (program.attachType !== undefined && program.attachType !== attachType)
    throw new InvalidArgumentError(
      `program "${program.name}" was loaded for "${program.attachType}", not for ${kind}`,
    );
  const where = program.attachTo === undefined ? kind : `${kind} "${program.attachTo}"`;
  return attached(
    program,
    {
      where,
      types: [hook.type ?? "tracing"],
      since: options.cookie === undefined ? hook.since : (hook.cookieSince ?? "5.19"),
      config: hook.config ?? "CONFIG_DEBUG_INFO_BTF CONFIG_FUNCTION_TRACER",
      capability: "perfmon",
    },
    () => native().linkCreate(handle, { attachType: attachTypeNumber(attachType), ...options }),
  );
}
