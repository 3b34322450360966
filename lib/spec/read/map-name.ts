// BPF_OBJ_NAME_LEN without the NUL.
const MAX_NAME = 15;

/** A map's name in the kernel, which truncates it. */
export function kernelMapName(name: string): string {
  return Buffer.from(name).subarray(0, MAX_NAME).toString();
}

/**
 * libbpf's name in the kernel for the map of a data section: the first 8 characters of the object's name, and the
 * section's name, which gets at least 7 characters. A custom section, such as `.data.custom`, has no prefix.
 */
export function kernelSectionName(object: string, section: string): string {
  const suffix = Math.min(Math.max(7, Buffer.byteLength(section)), MAX_NAME);
  const prefix = section.indexOf(".", 1) === -1 ? MAX_NAME - suffix : 0;
  // Compares bytes: each byte that is not an ASCII letter becomes an underscore.
  const name = Buffer.concat([
    Buffer.from(object).subarray(0, prefix),
    Buffer.from(section).subarray(0, suffix),
  ]);
  return name.toString("latin1").replace(/[^A-Za-z0-9_.]/g, "_");
}
