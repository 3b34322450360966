import { constants } from "node:os";

const {
  E2BIG,
  EACCES,
  EADDRNOTAVAIL,
  EAGAIN,
  EBADF,
  EBUSY,
  EDESTADDRREQ,
  EEXIST,
  EILSEQ,
  EINTR,
  EINVAL,
  ENODEV,
  ENOENT,
  ENOLINK,
  ENOMEM,
  ENOSPC,
  ENOSYS,
  ENOTDIR,
  EOPNOTSUPP,
  EPERM,
  ESRCH,
  ESTALE,
} = constants.errno;

export {
  E2BIG,
  EACCES,
  EADDRNOTAVAIL,
  EAGAIN,
  EBADF,
  EBUSY,
  EDESTADDRREQ,
  EEXIST,
  EILSEQ,
  EINTR,
  EINVAL,
  ENODEV,
  ENOENT,
  ENOLINK,
  ENOMEM,
  ENOSPC,
  ENOSYS,
  ENOTDIR,
  EOPNOTSUPP,
  EPERM,
  ESRCH,
  ESTALE,
};

/** The kernel's own "not supported", which it should keep to itself (include/linux/errno.h), and libbpf passes on. */
export const ENOTSUPP = 524;
