import { type CollectionSpec, EbpfError } from "../../../index.ts";

/**
 * Returns a test for lines of bpf_printk that the programs of an object can have written; undefined if none of them
 * writes any. The kernel does not say which program wrote a line, so the format strings of the object decide. Any line is
 * accepted if they are unknown.
 */
export function printedLines(spec: CollectionSpec): ((text: string) => boolean) | undefined {
  if (!Object.values(spec.programs).some((program) => program.autoload && prints(program))) return undefined;
  const formats = Object.values(spec.maps)
    .filter(({ dataSection }) => dataSection?.startsWith(".rodata"))
    .flatMap(({ contents }) => textsIn(contents as Uint8Array));
  if (formats.length === 0) return () => true;
  const patterns = formats.map(patternOf);
  return (text) => patterns.some((pattern) => pattern.test(text));
}

function prints(program: CollectionSpec["programs"][string]): boolean {
  try {
    return program.instructions.some(
      (item) => "helper" in item && (item.helper === "trace_printk" || item.helper === "trace_vprintk"),
    );
  } catch (error) {
    // The object is damaged. Loading it reports the reason.
    if (error instanceof EbpfError) return false;
    throw error;
  }
}

function textsIn(bytes: Uint8Array): string[] {
  const texts = Buffer.from(bytes).toString("latin1").split("\0");
  return texts.filter((text) => /^[\t\n\r\x20-\x7e]+$/.test(text)).map((text) => text.replace(/\n$/, ""));
}

/** A pattern for the lines of a bpf_printk format. Each conversion matches any text. */
function patternOf(format: string): RegExp {
  const parts = format.split(/%[-+ #0]*[\d*]*(?:\.[\d*]+)?(?:[hlz]*[diuxXcs]|p[a-zA-Z0-9]*)/);
  const literal = parts.map((part) => part.replaceAll("%%", "%").replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`, "s");
}
