import { existsSync } from "node:fs";
import { release } from "node:os";
import { expect, test } from "vitest";
import { Btf } from "../../lib/btf/index.ts";
import { examineElsewhere, examineHere, examineMachine, KernelFiles } from "../../lib/doctor/index.ts";
import { CollectionSpec, EbpfError, features } from "../../lib/index.ts";
import { loadAlone } from "../support/link.ts";
import { testObject } from "../support/objects.ts";

// The objects with a program of each kind of attachment.
const objects = [
  "attach_untargeted",
  "link_cgroup",
  "link_iter",
  "link_net",
  "link_sockmap",
  "link_trace",
  "link_usdt",
  "link_user",
  "program_helpers",
  "program_run",
];

/** What attaching a program to the target of its SEC name does. */
function attached(
  object: string,
  name: string,
  refused: readonly string[],
): "yes" | "no" | "needs" | "never" {
  const { type } = CollectionSpec.fromFile(testObject(object)).programs[name] ?? {};
  try {
    using loaded = loadAlone(object, name, (spec) => {
      for (const map of refused) Object.assign(spec.maps[map] ?? {}, { autocreate: false });
    });
    loaded.program.attach().close();
    return "yes";
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    if (error.code !== "ERR_EBPF_ATTACH_TARGET") return "no";
    return /SEC\(.*\) does not give the /.test(error.message) && type !== undefined ? "needs" : "never";
  }
}

test("the predicted result of each program equals the result of loading and attaching it", {
  timeout: 120_000,
}, () => {
  const wrong: unknown[] = [];
  let count = 0;
  for (const object of objects) {
    const report = examineHere(CollectionSpec.fromFile(testObject(object)));
    const refused = report.maps.filter(({ create }) => create.answer === "no").map((map) => map.name);
    for (const { name, load, attach } of report.programs) {
      if (load.answer === "off") continue;
      count++;
      const answer = attached(object, name, refused);
      // The option that is missing matters only where the kernel can attach at all.
      // A program that the kernel does not load shows nothing of its kind, which may have no hook.
      const isRight =
        attach.answer === answer ||
        (attach.answer === "no" && answer === "needs") ||
        (attach.answer === "never" && load.answer === "no" && answer === "no");
      if (!isRight || (attach.answer === "no" && !(attach.reason ?? load.reason)))
        wrong.push({ object, name, load, attach, answer });
    }
  }
  expect(JSON.stringify(wrong)).toBe("[]");
  expect(count).toBeGreaterThan(80);
});

function thisKernel(): KernelFiles {
  const config = ["/proc/config.gz", `/boot/config-${release()}`].find(existsSync);
  return KernelFiles.read({
    ...(config !== undefined && { config }),
    version: features.kernelVersion(),
    btf: Btf.kernel(),
  });
}

test("a prediction from a kernel's files does not deny a feature that works there", {
  timeout: 120_000,
}, () => {
  const wrong: unknown[] = [];
  const kernel = thisKernel();
  for (const object of objects) {
    const spec = CollectionSpec.fromFile(testObject(object));
    const here = examineHere(spec);
    const there = examineElsewhere(spec, kernel);
    for (const [i, { name, load, attach }] of here.programs.entries()) {
      const judged = there.programs[i];
      if (load.answer === "yes" && judged?.load.answer !== "yes") wrong.push({ object, name, load, judged });
      if (attach.answer === "yes" && judged?.attach.answer !== "yes")
        wrong.push({ object, name, attach, judged });
    }
    for (const [i, { name, create }] of here.maps.entries())
      if (create.answer === "yes")
        expect({ name, create: there.maps[i]?.create.answer }).toEqual({ name, create: "yes" });
  }
  expect(JSON.stringify(wrong)).toBe("[]");
});

test("the machine is examined without an error, and BPF works on it", () => {
  const checks = examineMachine();
  expect(checks.filter(({ health }) => health === "problem")).toEqual([]);
  expect(checks.find(({ name }) => name === "kernel")?.found).toBe(`Linux ${features.kernelVersion()}`);
  expect(checks.filter(({ health, advice }) => health === "limited" && advice === undefined)).toEqual([]);
});
