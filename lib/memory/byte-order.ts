/** Whether this machine, and therefore every program that it loads, is little-endian. */
export const hostIsLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
