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
  ESRCH,
  ESTALE,
} = constants.errno;

/** The kernel's own "not supported", which it should keep to itself (include/linux/errno.h), and libbpf passes on. */
export const ENOTSUPP = 524;
