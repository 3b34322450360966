import { constants } from "node:os";

const {
  EBADF,
  EPERM,
  ENOENT,
  E2BIG,
  ENOMEM,
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  ENOSPC,
  EOPNOTSUPP,
  EDESTADDRREQ,
  ENODEV,
  EAGAIN,
} = constants.errno;

export {
  E2BIG,
  EACCES,
  EAGAIN,
  EBADF,
  EBUSY,
  EDESTADDRREQ,
  EEXIST,
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
