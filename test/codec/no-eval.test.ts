// kernels: native
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test("codecs work when code generation from strings is disabled", () => {
  const program = `
    import { struct } from ${JSON.stringify(join(root, "dist/index.js"))};
    const codec = struct({ pid: "u32", comm: "char[8]" });
    const view = new DataView(new ArrayBuffer(codec.size));
    codec.write(view, 0, { pid: 7, comm: "sh" });
    console.log(JSON.stringify(codec.read(view, 0)));
    try { new Function(""); } catch { console.log("forbidden"); }
  `;
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", program];
  expect(execFileSync(process.execPath, flags).toString()).toBe('{"pid":7,"comm":"sh"}\nforbidden\n');
});
