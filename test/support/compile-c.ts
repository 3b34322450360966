import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Compiles a C program of one file or several to be probed; its folder is removed when it is disposed. */
export function compileC(...sources: string[]): Disposable & { path: string } {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-test-"));
  const path = join(folder, "program");
  const files = sources.map((source, index) => {
    const file = join(folder, `${"abc"[index]}.c`);
    writeFileSync(file, source);
    return file;
  });
  // A fixed address, since kernels before 5.15 place the probes of others for one process only.
  execFileSync("gcc", ["-O0", "-no-pie", "-o", path, ...files]);
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** C of a function `tick(value)` that passes a USDT probe "ebpftest:tick" with its argument. */
export const tickWithProbe = String.raw`
void __attribute__((noinline)) tick(long value)
{
  __asm__ volatile(
    "990: nop\n"
    ".pushsection .note.stapsdt,\"\",\"note\"\n.balign 4\n"
    ".4byte 992f-991f, 994f-993f, 3\n"
    "991: .asciz \"stapsdt\"\n992: .balign 4\n"
    "993: .8byte 990b\n.8byte _.stapsdt.base\n.8byte 0\n"
    ".asciz \"ebpftest\"\n.asciz \"tick\"\n.asciz \"-8@%0\"\n"
    "994: .balign 4\n.popsection\n"
    ".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
    ".weak _.stapsdt.base\n.hidden _.stapsdt.base\n_.stapsdt.base: .space 1\n.size _.stapsdt.base,1\n.popsection\n"
    :: "r"(value));
}
`;
