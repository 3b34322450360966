import { invalidArgument } from "../arguments/index.ts";
import { Btf, BtfBuilder } from "../btf/index.ts";
import { EACCES, EPERM } from "../errors/errno.ts";
import { BtfError, PermissionError } from "../errors/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { ask } from "../live/ask.ts";
import { openId, walkIds } from "../live/ids.ts";
import { handleOf, Resource } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";

/** Properties of type information in the kernel. */
export interface LoadedBtfInfo {
  /** ID of the BTF in the kernel. */
  id: number;
  /** Size in bytes. */
  size: number;
  /** True for the types of the kernel and of modules, false for those of programs and maps. */
  isKernel: boolean;
  /** `vmlinux`, or the name of a module; empty for any other, and before Linux 5.11. */
  name: string;
}

/**
 * Type information (BTF) in the kernel: its own, that of a module, or that of programs and maps.
 *
 * @example
 * ```ts
 * for (const id of LoadedBtf.ids()) {
 *   using btf = LoadedBtf.fromId(id);
 *   console.log(id, btf.info().name);
 * }
 * ```
 */
export class LoadedBtf extends Resource {
  private constructor(handle: Handle, what: string) {
    super(handle, what, native().descriptorClose);
  }

  /**
   * Loads BTF into the kernel, for programs and maps that are created without this package.
   *
   * @param btf - A builder, or the bytes of a `.BTF` section. Split BTF cannot be loaded.
   * @returns BTF that the caller closes.
   * @throws {@link BtfError} when the kernel rejects the types, with the reason from its log.
   * @throws {@link PermissionError} without CAP_BPF; {@link InvalidArgumentError} for an argument that is not BTF.
   * @since Linux 4.18
   */
  static load(btf: BtfBuilder | Uint8Array): LoadedBtf {
    const bytes = btf instanceof BtfBuilder ? btf.encode() : btf;
    if (!(bytes instanceof Uint8Array))
      throw invalidArgument("BTF to load", "a BtfBuilder or a Uint8Array", btf);
    try {
      return new LoadedBtf(native().btfLoad(bytes), "BTF");
    } catch (error) {
      throw isNativeError(error) ? loadError(error) : error;
    }
  }

  /**
   * Opens BTF by its ID in the kernel, such as `program.info().btfId`.
   *
   * @returns BTF that the caller closes.
   * @throws {@link NotExistError} when no BTF has the ID; {@link PermissionError} without CAP_SYS_ADMIN.
   * @since Linux 4.18
   */
  static fromId(id: number): LoadedBtf {
    return new LoadedBtf(openId("BTF", id, native().btfFromId), `BTF ${id}`);
  }

  /**
   * Iterates over the IDs of all BTF in the kernel, in ascending order.
   *
   * @throws {@link PermissionError} without CAP_SYS_ADMIN.
   * @since Linux 5.4
   */
  static ids(): IterableIterator<number> {
    return walkIds("BTF", native().btfNextId);
  }

  /** The file descriptor, for operations that this package lacks. Closing the BTF closes it. */
  get fd(): number {
    return native().btfFd(this[handleOf]);
  }

  /** Returns its properties. @throws {@link ClosedError} after `close`. */
  info(): LoadedBtfInfo {
    const handle = this[handleOf];
    return ask("BTF", ["bpf"], () => native().btfInfo(handle));
  }

  /**
   * Reads the types. Those of a module extend those of the kernel.
   *
   * @throws {@link BtfError} when the kernel has a kind of type that this package does not know; {@link NoBtfError} for
   * a module when the types of the kernel cannot be read.
   * @throws {@link ClosedError} after `close`.
   */
  read(): Btf {
    const handle = this[handleOf];
    const { isKernel, name } = this.info();
    if (isKernel && name === "vmlinux") return Btf.kernel();
    const bytes = ask("the types of BTF", ["bpf"], () => native().btfRead(handle));
    return Btf.parse(bytes, isKernel ? { base: Btf.kernel() } : {});
  }
}

function loadError(error: NativeError): BtfError | PermissionError {
  const { errno, log } = error;
  const details = { operation: "load", errno, cause: error };
  if (errno === EPERM || errno === EACCES)
    return new PermissionError("cannot load BTF", { ...details, remedy: privilegeRemedy(["bpf"]) });
  const reason = log.trim().split("\n").at(-1) ?? "";
  return new BtfError(`cannot load BTF${reason === "" ? "" : `: ${reason}`}`, details);
}
