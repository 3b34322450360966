// What needs sysfs, the kernel's BTF or a bpffs says where they are hidden or read-only.
import { BpfMap, Btf, CollectionSpec, type EbpfError, link } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";
import { testObject } from "../../support/objects.ts";

const said: Record<string, unknown> = {};

function attempt(what: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    const { code, message } = error as EbpfError;
    said[what] = { code, message };
  }
}

attempt("btf", () => Btf.kernel());
attempt("iterator", () => CollectionSpec.fromFile(testObject("link_iter")).loadSync().close());
attempt("uprobe", () => {
  using loaded = loadAlone("link_user", "on_uprobe");
  link.uprobe(loaded.program, { binary: process.execPath, symbol: "main" }).close();
});
attempt("pin", () => {
  using map = BpfMap.create({ type: "array", key: "u32", value: "u32", maxEntries: 1 });
  map.pin(`/sys/fs/bpf/ebpf-test-${process.pid}`);
  map.unpin();
});
console.log(JSON.stringify(said));
