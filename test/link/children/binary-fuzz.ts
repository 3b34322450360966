// Attaches to USDT probes of mutated copies of a program, which libelf reads: argv is the program, the first seed and
// the number of copies. Writes the seed before each, then how many were attached and refused.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EbpfError, link } from "../../../lib/index.ts";
import { binaryRegions } from "../../elf/binary-regions.ts";
import { mutate } from "../../spec/mutate.ts";
import { loadAlone } from "../../support/link.ts";
import { Random } from "../../support/random.ts";

const [program = "", first = "1", count = "100"] = process.argv.slice(2);
const original = readFileSync(program);
const regions = binaryRegions(original);
const folder = mkdtempSync(join(tmpdir(), "ebpf-fuzz-"));
const binary = join(folder, "program");
using usdt = loadAlone("link_usdt", "on_usdt");
using user = loadAlone("link_user", "on_uprobe");
let attached = 0;
let refused = 0;

function attempt(attach: () => Disposable): void {
  try {
    attach()[Symbol.dispose]();
    attached++;
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    void error.message;
    refused++;
  }
}

try {
  for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
    writeSync(2, `${seed}\n`);
    writeFileSync(binary, mutate(original, regions, new Random(seed)));
    attempt(() => link.usdt(usdt.program, { binary, provider: "ebpftest", name: "tick" }));
    attempt(() => link.uprobe(user.program, { binary, symbol: "tick" }));
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(JSON.stringify({ attached, refused }));
