import { constants } from "node:os";

export const {
  E2BIG,
  EACCES,
  EADDRNOTAVAIL,
  EAGAIN,
  EBADF,
  EBADMSG,
  EBUSY,
  EDESTADDRREQ,
  EEXIST,
  EILSEQ,
  EINTR,
  EINVAL,
  EMFILE,
  ENFILE,
  ENOBUFS,
  ENODEV,
  ENOENT,
  ENOLINK,
  ENOMEM,
  ENOSPC,
  ENOSYS,
  ENOTDIR,
  ENOTSOCK,
  ENOTSUP,
  ENXIO,
  EOPNOTSUPP,
  EPERM,
  ERANGE,
  EROFS,
  ESRCH,
  ESTALE,
} = constants.errno;

/**
 * The kernel-internal error "not supported" (include/linux/errno.h), which some kernel functions return to user space
 * and libbpf passes on.
 */
export const ENOTSUPP = 524;
