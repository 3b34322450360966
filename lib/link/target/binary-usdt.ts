import { usdtProbes } from "../../elf/index.ts";
import { ENOENT } from "../../errors/errno.ts";
import { ElfError, InvalidArgumentError, NoSymbolError } from "../../errors/index.ts";
import { nearestNames } from "../../errors/nearest-names.ts";
import { withElf } from "../../process/binary-file.ts";
import type { Attachable } from "../attachable.ts";

const wordBits = process.arch === "arm" || process.arch === "ia32" ? 32 : 64;

/**
 * Checks the parts of a binary that libbpf reads to attach to its USDT probes. libelf does not check all of them, and a
 * malformed binary can crash the process.
 *
 * @throws {@link NoSymbolError} when the binary has no such probe.
 * @throws {@link ElfError} when the binary is malformed.
 * @throws {@link InvalidArgumentError} when this process cannot attach to the probes of the binary.
 */
export function requireUsdtProbe(program: Attachable, path: string, provider: string, name: string): void {
  const probes = withElf(path, (elf) => {
    if (elf.header.is64 !== (wordBits === 64))
      throw new InvalidArgumentError(
        `binary "${path}" is a ${elf.header.is64 ? 64 : 32}-bit binary: this ${wordBits}-bit process cannot attach to its USDT probes`,
      );
    return usdtProbes(elf);
  });
  const found = probes.filter((probe) => probe.provider === provider && probe.name === name);
  const misplaced = found.find(({ inCode }) => !inCode);
  if (misplaced !== undefined)
    throw new ElfError(
      `binary "${path}" is malformed: probe ${provider}:${name} is at 0x${misplaced.address.toString(16)}, outside its code`,
    );
  if (found.length > 0) return;
  const wanted = `${provider}:${name}`;
  throw new NoSymbolError(`${path} has no USDT probe "${wanted}"`, {
    program: program.name,
    symbol: name,
    nearest: () => nearestNames(wanted, new Set(probes.map((probe) => `${probe.provider}:${probe.name}`))),
    errno: ENOENT,
    remedy: probes.length === 0 ? "The binary has no USDT probes" : `See readelf -n ${path}`,
  });
}
