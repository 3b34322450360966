import { E2BIG, EINVAL } from "../errno.ts";
import { AttachError, InvalidArgumentError } from "../errors.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attachTypeNumber, type ProgramType } from "../spec/index.ts";
import { attached, type Hook } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { withNetns } from "./target/netns.ts";

export interface NetnsOptions {
  /**
   * The network namespace: a file such as `/run/netns/NAME`, or the id of a process in it. Default: that of this
   * process.
   */
  netns?: string | number;
}

/** Attaches a program to a network namespace. */
export function attachNetns(
  program: Attachable,
  kind: ProgramType & ("sk-lookup" | "flow-dissector"),
  options: NetnsOptions,
  since: string,
): Link {
  const handle = program[handleOf];
  const where = options.netns === undefined ? "this network namespace" : `network namespace ${options.netns}`;
  const hook: Hook = {
    where: `"${kind}" of ${where}`,
    types: [kind],
    since,
    capability: "net_admin",
    // How the kernel says that there is room for one.
    explain: ({ errno, log }) => {
      if (errno === E2BIG)
        return new AttachError(program.name, `${where} has a program at "${kind}", and can have one`, log, {
          errno,
        });
      if (errno === EINVAL && options.netns !== undefined && kernelAtLeast(since))
        return new InvalidArgumentError(`"${options.netns}" is no network namespace`);
      return undefined;
    },
  };
  return attached(program, hook, () =>
    withNetns(options.netns, (target) =>
      native().linkCreate(handle, { attachType: attachTypeNumber(kind), target }),
    ),
  );
}
