import { aluSigns } from "../print-instruction.ts";

/** The operation bits of each sign in arithmetic. */
export const aluOperations = new Map<string, number>();
for (const [i, sign] of aluSigns.entries()) if (sign !== "") aluOperations.set(sign, i << 4);
