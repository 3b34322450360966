// Asks for features, makes a map, loads and attaches as a process that may not, and says the errors.
import { BpfMap, CollectionSpec, features, link } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const said: Record<string, unknown> = {};

function attempt(name: string, call: () => unknown): void {
  try {
    said[name] = call();
  } catch (error) {
    const { code, errnoName, remedy } = error as { code: string; errnoName: string; remedy: string };
    said[name] = { code, errnoName, remedy };
  }
}

const one = { key: "u32", value: "u32", maxEntries: 1 } as const;
attempt("xdp", () => features.programType("xdp"));
attempt("kprobe", () => features.programType("kprobe"));
attempt("array", () => features.mapType("array"));
attempt("devmap", () => features.mapType("devmap"));
attempt("helper", () => features.helper("xdp", "bpf_redirect"));
attempt("tcx", () => features.attaching("tcx"));
attempt("probes", () => [
  features.probe.programType("xdp"),
  features.probe.mapType("devmap"),
  features.probe.helper("xdp", "bpf_redirect"),
  features.probe.kfunc("xdp", "bpf_dynptr_from_xdp"),
  features.probe.attaching("tcx"),
]);
attempt("more probes", () => [
  features.probe.mapType("array"),
  features.probe.mapFlag("mmapable"),
  features.probe.instructionSet("v2"),
  features.probe.verifier("bounded-loops"),
]);
attempt("create array", () => BpfMap.create({ type: "array", ...one }).close());
attempt("load devmap", () => {
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  for (const program of Object.values(spec.programs)) program.autoload = false;
  if (spec.maps["runs"]) spec.maps["runs"].type = "devmap";
  spec.loadSync().close();
});
attempt("uprobe", () => {
  const spec = CollectionSpec.fromFile(testObject("link_user"));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === "on_uprobe";
  const program = spec.loadSync().programs["on_uprobe"];
  if (program) link.uprobe(program, { binary: "libc.so.6", symbol: "getppid" }).close();
});
console.log(JSON.stringify(said));
