import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { features, type MapType, type ProgramType } from "../../lib/index.ts";
import { linuxAtLeast } from "../support/requires.ts";

interface Answers {
  program_types: Record<string, boolean>;
  map_types: Record<string, boolean>;
  helpers: Record<string, string[]>;
  misc: Record<string, boolean>;
  system_config: Record<string, unknown>;
}

const bpftool = JSON.parse(
  execFileSync("bpftool", ["feature", "probe", "kernel", "full", "--json"], {
    encoding: "utf8",
    maxBuffer: 1 << 24,
    stdio: ["ignore", "pipe", "ignore"],
  }),
) as Answers;

/** `have_sk_skb_prog_type` is `sk-skb`. */
function nameIn(key: string): string {
  return key
    .replace(/^have_/, "")
    .replace(/_(prog_type|map_type|available_helpers)$/, "")
    .replaceAll("_", "-");
}

// bpftool tries tracing programs with fentry alone, which some kernels refuse.
const notFound = new Set(["tracing"]);

test("program types agree with bpftool", () => {
  const found = Object.entries(bpftool.program_types).map(([key, has]) => [nameIn(key), has] as const);
  expect(found.length).toBeGreaterThan(25);
  for (const [type, has] of found) {
    const answer = features.programType(type as ProgramType);
    if (answer !== has && !(answer && notFound.has(type)))
      expect({ type, answer }).toEqual({ type, answer: has });
  }
});

test("map types agree with bpftool", () => {
  const found = Object.entries(bpftool.map_types).map(([key, has]) => [nameIn(key), has] as const);
  expect(found.length).toBeGreaterThan(25);
  // libbpf before 1.5 asks for struct_ops maps with a field that kernels before 6.9 do not know.
  for (const [type, has] of found)
    if (type !== "struct-ops")
      expect({ type, answer: features.mapType(type as MapType) }).toEqual({ type, answer: has });
});

// For these helpers, the verifier also checks whether the program is sleepable and where it is attached. bpftool treats
// such a refusal as support, and tries no sleepable program of type "kprobe".
const moreThanTheType = /^bpf_(copy_from_user|copy_from_user_task|sk_storage_get|sk_storage_delete|d_path)$/;

test("helpers agree with bpftool, except for its known mistakes", () => {
  const known = new Set(Object.values(bpftool.helpers).flat());
  const wrong: string[] = [];
  let asked = 0;
  for (const [key, list] of Object.entries(bpftool.helpers)) {
    const type = nameIn(key) as ProgramType;
    if (["tracing", "ext", "lsm", "struct-ops"].includes(type)) continue;
    const has = new Set(list);
    const isLoaded = features.programType(type);
    for (const name of features.helperNames()) {
      // bpftool is older than these.
      if (!known.has(name)) continue;
      asked++;
      const answer = features.helper(type, name);
      if (answer === has.has(name)) continue;
      // Of a type that the kernel lacks, bpftool before 7.2 finds every helper. From Linux 6.8 on the verifier has another
      // sentence for a helper that the type may not call, which bpftool before 7.5 takes for consent.
      if (!answer && (!isLoaded || linuxAtLeast("6.8") || moreThanTheType.test(name))) continue;
      if (answer && type === "kprobe" && name.startsWith("bpf_copy_from_user")) continue;
      wrong.push(`${type} ${name}: ${answer}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(3000);
});

test("instruction sets, large programs and bounded loops agree with bpftool", () => {
  const { misc } = bpftool;
  expect({
    have_large_insn_limit: features.verifier("large-programs"),
    have_bounded_loops: features.verifier("bounded-loops"),
    have_v2_isa_extension: features.instructionSet("v2"),
    have_v3_isa_extension: features.instructionSet("v3"),
  }).toMatchObject(misc);
});

test("kernel options and JIT agree with bpftool", () => {
  const { system_config: config } = bpftool;
  expect(features.jit()).toBe(config["bpf_jit_enable"] !== 0);
  const options = Object.entries(config).filter(([name]) => name.startsWith("CONFIG_"));
  expect(options.length).toBeGreaterThan(20);
  for (const [name, value] of options)
    expect({ [name]: features.kernelConfig(name) }).toEqual({ [name]: value ?? "n" });
});

test("helpers that a program type may not call are reported", () => {
  expect(features.helper("xdp", "bpf_copy_from_user")).toBe(false);
  expect(features.helper("kprobe", "bpf_copy_from_user")).toBe(linuxAtLeast("6.0"));
  expect(features.helper("kprobe", "bpf_skb_store_bytes")).toBe(false);
  expect(features.helper("sched-cls", "bpf_skb_store_bytes")).toBe(true);
  const lirc = features.helperNames().filter((name) => features.helper("lirc-mode2", name));
  expect(lirc.length > 0).toBe(features.programType("lirc-mode2"));
  expect(lirc).not.toContain("bpf_redirect");
});
