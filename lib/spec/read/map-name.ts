// BPF_OBJ_NAME_LEN without the NUL.
const MAX_NAME = 15;

/** What the kernel keeps of a map's name. */
export function kernelMapName(name: string): string {
  return Buffer.from(name).subarray(0, MAX_NAME).toString();
}

/**
 * What libbpf calls the map of a data section in the kernel: the object's name cut to 8 characters and the section's,
 * which is given 7 even when it is shorter; a section such as `.data.custom` stands alone.
 */
export function kernelSectionName(object: string, section: string): string {
  const suffix = Math.min(Math.max(7, Buffer.byteLength(section)), MAX_NAME);
  const prefix = section.indexOf(".", 1) === -1 ? MAX_NAME - suffix : 0;
  // In bytes: each that is no letter of ASCII becomes an underscore.
  const name = Buffer.concat([
    Buffer.from(object).subarray(0, prefix),
    Buffer.from(section).subarray(0, suffix),
  ]);
  return name.toString("latin1").replace(/[^A-Za-z0-9_.]/g, "_");
}
