import { checkFileDescriptor, checkPid } from "../arguments/index.ts";
import { EACCES, EBADF, ENOENT, ENOTSUPP, EPERM, ESRCH } from "../errors/errno.ts";
import { InvalidArgumentError, LinkError, NotExistError, PermissionError } from "../errors/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { native } from "../native/addon.ts";
import { isNativeError } from "../native/handle.ts";

// enum bpf_task_fd_type
const types = ["raw-tracepoint", "tracepoint", "kprobe", "kretprobe", "uprobe", "uretprobe"] as const;

/** The attachment of a program by a file descriptor of a process. */
export interface FdAttachment {
  /** The ID of the program in the kernel. */
  readonly programId: number;
  /** The kind of target that the program is attached to. */
  readonly type: (typeof types)[number] | `unknown-${number}`;
  /** The tracepoint, the kernel function, or the binary of a uprobe. Empty for a kprobe at an address. */
  readonly name: string;
  /** The offset in bytes in the function of a kprobe, or in the binary of a uprobe; 0n for tracepoints. */
  readonly offset: bigint;
  /** Address of a kprobe; 0n for anything else, and when the kernel hides addresses. */
  readonly address: bigint;
}

/**
 * Returns the attachment that a file descriptor of a process holds: a tracepoint, a probe or a raw tracepoint.
 * {@link query} and `Link.ids` do not show attachments by a perf event that has no bpf_link.
 *
 * @param pid - The ID of the process.
 * @param fd - The file descriptor in that process, as in `/proc/PID/fd`.
 * @throws {@link NotExistError} when there is no such process or descriptor.
 * @throws {@link InvalidArgumentError} when the descriptor attaches no program.
 * @throws {@link LinkError} when the kernel refuses for another reason; {@link PermissionError} without CAP_SYS_ADMIN.
 *
 * @example
 * ```ts
 * console.log(link.queryFd(1234, 5));
 * ```
 *
 * @since Linux 4.18
 */
export function queryFd(pid: number, fd: number): FdAttachment {
  checkPid(pid, "process of link.queryFd");
  checkFileDescriptor(fd, "file descriptor of link.queryFd");
  try {
    const { type, ...found } = native().taskFdQuery(pid, fd);
    return { ...found, type: types[type] ?? `unknown-${type}` };
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    const { errno } = cause;
    const message = `cannot query file descriptor ${fd} of process ${pid}`;
    const details = { operation: "query", errno, cause };
    if (errno === EBADF) throw new NotExistError(`process ${pid} has no file descriptor ${fd}`, details);
    if (errno === ENOENT || errno === ESRCH) throw new NotExistError(`no process has ID ${pid}`, details);
    if (errno === EPERM || errno === EACCES)
      throw new PermissionError(message, { ...details, remedy: privilegeRemedy(["sys_admin"]) });
    if (errno === ENOTSUPP) throw new InvalidArgumentError(`${message}: it attaches no program`);
    throw new LinkError(message, details);
  }
}
