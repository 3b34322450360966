import { constants } from "node:os";

const {
  E2BIG,
  EACCES,
  EAGAIN,
  EBADF,
  EBUSY,
  EDESTADDRREQ,
  EEXIST,
  EINTR,
  EINVAL,
  ENODEV,
  ENOENT,
  ENOMEM,
  ENOSPC,
  EOPNOTSUPP,
  EPERM,
} = constants.errno;

export {
  E2BIG,
  EACCES,
  EAGAIN,
  EBADF,
  EBUSY,
  EDESTADDRREQ,
  EEXIST,
  EINTR,
  EINVAL,
  ENODEV,
  ENOENT,
  ENOMEM,
  ENOSPC,
  EOPNOTSUPP,
  EPERM,
};

/** The kernel's own "not supported", which it should keep to itself (include/linux/errno.h), and libbpf passes on. */
export const ENOTSUPP = 524;
