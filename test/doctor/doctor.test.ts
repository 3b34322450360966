import { existsSync } from "node:fs";
import { release } from "node:os";
import { expect, test } from "vitest";
import { Btf } from "../../lib/btf/index.ts";
import {
  attachHere,
  examineElsewhere,
  examineHere,
  examineMachine,
  KernelFiles,
  type ObjectReport,
  type Verdict,
} from "../../lib/doctor/index.ts";
import { Collection, EbpfError, features, ObjectSpec } from "../../lib/index.ts";
import { builtObjects } from "../support/objects.ts";

// With EVERY_OBJECT=1, every object of the build: ten minutes in an emulated machine. Otherwise those with a program of each kind
// of attachment, and those that are refused as a whole or in part.
const kinds =
  /\/(attach_untargeted|kinds_big_endian|link_\w+|map_in_map|map_unknown|missing_\w+|program_\w+|refusals|struct_ops_unknown)\.bpf\.o$/;
const isEvery = process.env["EVERY_OBJECT"] === "1";

/** Programs in SEC("?…") are examined, too. */
const objects = builtObjects()
  .filter((path) => isEvery || kinds.test(path))
  .map((path) => {
    const spec = ObjectSpec.fromFile(path);
    for (const program of Object.values(spec.programs)) program.autoload = true;
    return spec;
  });

let examined: ObjectReport[] | undefined;

function reports(): ObjectReport[] {
  examined ??= objects.map(examineHere);
  return examined;
}

/** Loads one program and attaches it to the target of its SEC name. */
function tried(
  object: ObjectSpec,
  name: string,
  refusedMaps: readonly string[],
): [load: string, attach: string] {
  const spec = object.copy();
  for (const map of Object.values(spec.maps)) {
    map.pinning = "none";
    if (refusedMaps.includes(map.name)) map.autocreate = false;
  }
  // libbpf cannot load an object without the programs that its program arrays begin with.
  const inSlots = Object.values(spec.maps).flatMap(({ type, slots }) => (type === "prog-array" ? slots : []));
  for (const program of Object.values(spec.programs))
    program.autoload = program.name === name || inSlots.some((slot) => slot.name === program.name);
  let load = "no";
  try {
    using collection = Collection.loadSync(spec);
    // libbpf leaves out struct_ops programs without a map that is created.
    load = Object.hasOwn(collection.programs, name) ? "yes" : "off";
    if (load !== "yes") return [load, load];
    collection.programs[name]?.attach().close();
    return [load, "yes"];
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    if (load === "no" || error.code !== "ERR_EBPF_ATTACH_TARGET") return [load, "no"];
    return [load, / does not give the /.test(error.message) ? "needs" : "never"];
  }
}

test("the predicted result of each program of every object equals the result of loading and attaching it", {
  timeout: 1_500_000,
}, () => {
  const wrong: unknown[] = [];
  let count = 0;
  for (const [i, report] of reports().entries()) {
    const object = objects[i] as ObjectSpec;
    const refused = report.maps.filter(({ create }) => create.answer === "no").map((map) => map.name);
    for (const { name, section, load, attach } of report.programs) {
      count++;
      const [loads, attaches] = tried(object, name, refused);
      const isRight =
        (load.answer === loads ||
          (loads === "off" && /^map ".*" cannot be created$/.test(load.reason ?? ""))) &&
        // The missing option matters only if the program loads and the kernel can attach it. Whether there is something
        // to attach to is known without loading.
        (loads !== "yes"
          ? attach.answer === load.answer || attach.answer === "never"
          : attach.answer === attaches || (attach.answer === "no" && attaches === "needs"));
      const isExplained =
        [load, attach].every(({ answer }) => answer !== "no") || (load.reason ?? attach.reason);
      if (!isRight || !isExplained)
        wrong.push({ object: object.name, name, section, load, attach, loads, attaches });
    }
  }
  expect(JSON.stringify(wrong, undefined, 1)).toBe("[]");
  expect(count).toBeGreaterThan(isEvery ? 600 : 100);
});

test("programs whose options are missing attach to targets that every machine has", {
  timeout: 1_500_000,
}, () => {
  const wrong: unknown[] = [];
  let count = 0;
  for (const [i, report] of reports().entries()) {
    for (const { name, section, attach } of attachHere(objects[i] as ObjectSpec, report).programs) {
      const before = report.programs.find((program) => program.name === name)?.attach;
      if (before?.answer !== "needs" || attach.answer === "needs") continue;
      count++;
      if (attach.answer !== "yes") wrong.push({ object: report.object, name, section, attach });
    }
  }
  expect(JSON.stringify(wrong, undefined, 1)).toBe("[]");
  expect(count).toBeGreaterThan(isEvery ? 80 : 20);
});

function thisKernel(): KernelFiles {
  const config = ["/proc/config.gz", `/boot/config-${release()}`].find(existsSync);
  return KernelFiles.read({
    ...(config !== undefined && { config }),
    version: features.kernelVersion(),
    btf: Btf.kernel(),
  });
}

// What the files of a kernel do not show: the verifier's judgement, the machine's CPUs, memory and virtualization, and
// the parameters of kfuncs.
const notInFiles =
  /^the verifier refused|^(numaNode|flags|mapExtra|maxEntries: expected at most \d+ \(CONFIG|key and value|no memory|the kernel cannot allocate)|cannot attach to functions by BTF|with other parameters than this kernel has/;

test("a prediction from a kernel's files equals the result on that kernel, apart from what they do not show", {
  timeout: 1_500_000,
}, () => {
  const wrong: unknown[] = [];
  const answers: Record<string, number> = {};
  const kernel = thisKernel();
  const compare = (what: object, here: Verdict, judged: Verdict | undefined) => {
    answers[judged?.answer ?? "none"] = (answers[judged?.answer ?? "none"] ?? 0) + 1;
    const isKnown = judged?.answer !== "unknown" && !notInFiles.test(here.reason ?? "");
    if (isKnown && here.answer !== judged?.answer) wrong.push({ ...what, here, judged });
  };
  for (const [i, report] of reports().entries()) {
    const there = examineElsewhere(objects[i] as ObjectSpec, kernel);
    // The verdict of a program follows from that of its map.
    const isExcused = (reason = "") =>
      notInFiles.test(reason) ||
      report.maps.some(
        ({ name, create }) =>
          reason === `map "${name}" cannot be created` && notInFiles.test(create.reason ?? ""),
      );
    for (const [j, { name, create }] of report.maps.entries())
      compare({ object: report.object, map: name }, create, there.maps[j]?.create);
    for (const [j, { name, section, load, attach }] of report.programs.entries()) {
      const judged = there.programs[j];
      if (isExcused(load.reason)) continue;
      compare({ object: report.object, name, section }, load, judged?.load);
      compare({ object: report.object, name, section, attaches: true }, attach, judged?.attach);
    }
  }
  expect(JSON.stringify(wrong, undefined, 1)).toBe("[]");
  expect(answers["unknown"] ?? 0).toBeLessThan((answers["yes"] as number) / 5);
});

test("the machine is examined without an error, and BPF works on it", () => {
  const checks = examineMachine();
  expect(checks.filter(({ health }) => health === "problem")).toEqual([]);
  expect(checks.find(({ name }) => name === "kernel")?.found).toBe(`Linux ${features.kernelVersion()}`);
  expect(checks.filter(({ health, advice }) => health === "limited" && advice === undefined)).toEqual([]);
});
