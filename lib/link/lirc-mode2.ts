import { closeSync, constants, openSync } from "node:fs";
import { cannotAttach } from "../errors/cannot-attach.ts";
import { EINVAL, ENODEV } from "../errors/errno.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { rethrowUnlessMissing } from "../kernel/file-error.ts";
import { native } from "../native/addon.ts";
import { type AttachPlace, attached, attempt, lacking } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

/** Options of {@link lircMode2}. */
export interface LircMode2Options {
  /** An infrared receiver: a path such as `/dev/lirc0`, or a file descriptor, which the caller closes. */
  device: string | number;
}

/**
 * Attaches a program that decodes the pulses of an infrared receiver.
 *
 * The attachment is not a bpf_link: it cannot be pinned, and its program cannot be replaced. A device runs up to 64
 * programs.
 *
 * A successful attachment is not tested, because no kernel of the test matrix has CONFIG_BPF_LIRC_MODE2.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when the device does not exist or is not an infrared receiver.
 * @throws {@link NotSupportedError} when the kernel is built without CONFIG_BPF_LIRC_MODE2.
 * @throws {@link AttachError} (EEXIST) when the program is already attached to the device.
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using decoder = link.lircMode2(program, { device: "/dev/lirc0" });
 * ```
 *
 * @since Linux 4.18
 */
export function lircMode2(program: Attachable<"lirc-mode2">, options: LircMode2Options): Link {
  const attempted = attempt("lirc-mode2", program, options);
  const { device } = attempted.options;
  const where = `lirc device ${JSON.stringify(device)}`;
  const place: AttachPlace = {
    where,
    explain: ({ errno }) => {
      if ((errno !== EINVAL && errno !== ENODEV) || lacking(attempted, place) !== undefined) return undefined;
      return new InvalidArgumentError(
        `${cannotAttach(program.name)} to ${where}: it is not an infrared receiver`,
      );
    },
  };
  return attached(attempted, place, () =>
    withDevice(device, (descriptor) => native().attachToDevice(attempted.handle, descriptor)),
  );
}

/** Calls `use` with a file descriptor of a device. Closes the descriptor afterwards if this function opened it. */
function withDevice<T>(device: string | number, use: (fd: number) => T): T {
  if (typeof device === "number") return use(device);
  let fd: number;
  try {
    fd = openSync(device, constants.O_RDONLY);
  } catch (cause) {
    rethrowUnlessMissing(device, cause);
    throw new InvalidArgumentError(
      `cannot open device ${JSON.stringify(device)}: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
