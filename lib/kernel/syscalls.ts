// The prefix of a syscall's wrapper, as in the kernel's arch/*/include/asm/syscall_wrapper.h.
const wrappers: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "__x64_",
  ia32: "__ia32_",
  arm64: "__arm64_",
  riscv64: "__riscv_",
  s390x: "__s390x_",
};

/**
 * Returns the possible entry functions of a system call, the likeliest first: the wrapper of this architecture (Linux
 * 4.17), and the names on older kernels and other architectures.
 */
export function syscallFunctions(syscall: string): string[] {
  const wrapper = wrappers[process.arch];
  const common = [`__se_sys_${syscall}`, `sys_${syscall}`];
  return wrapper === undefined ? common : [`${wrapper}sys_${syscall}`, ...common];
}

/** Returns the name of a function, and for a system call such as `sys_execve` also its names on this machine. */
export function functionNames(symbol: string): string[] {
  const syscall = /^(?:__[a-z0-9]+_)?sys_([a-z0-9_]+)$/.exec(symbol)?.[1];
  if (syscall === undefined) return [symbol];
  return [...new Set([symbol, ...syscallFunctions(syscall)])];
}
