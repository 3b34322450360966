import { expect, test } from "vitest";
import { type Collection, CollectionSpec, features, link } from "../../lib/index.ts";
import { ownNetns } from "../support/link.ts";
import { testObject } from "../support/objects.ts";

function load(): Collection {
  return CollectionSpec.fromFile(testObject("attach_untargeted")).loadSync();
}

const target = "ERR_EBPF_ATTACH_TARGET";

test.each([
  [
    "manual",
    /"manual": SEC\("kprobe"\) does not give the symbol\. Pass it as an option: program\.attach\(\{ symbol \}\)/,
  ],
  ["in_binary", /SEC\("uprobe"\) does not give the binary and symbol/],
  ["lookup", /SEC\("sk_lookup"\) does not give the netns/],
  ["dissect", /SEC\("flow_dissector"\) does not give the netns/],
  ["in_map", /"in_map": the kernel runs it for the entries of a devmap or cpumap/],
  ["in_route", /"in_route": the kernel runs it for the routes that refer to it\. Pin it/],
])("%s is not attached without a target", (name, message) => {
  using coll = load();
  const attach = () => coll.programs[name]?.attach();
  expect(attach).toThrow(expect.objectContaining({ code: target, message: expect.stringMatching(message) }));
});

test("a collection refuses the first program without a target, and nothing stays attached", () => {
  using coll = load();
  expect(() => coll.attach()).toThrow(expect.objectContaining({ code: target, program: "manual" }));
  const hits = coll.variables.hits?.value;
  void process.ppid;
  expect(coll.variables.hits?.value).toBe(hits);
  expect(coll.skipped).toEqual({});
});

test('untargeted: "skip" skips programs without a target, and lists each with its reason', () => {
  using coll = load();
  const links = coll.attach({}, { untargeted: "skip" });
  expect(Object.keys(links)).toEqual(["count"]);
  expect(Object.keys(coll.skipped).sort()).toEqual(
    ["manual", "in_binary", "lookup", "dissect", "in_map", "in_route"].sort(),
  );
  expect(coll.skipped).toMatchObject({
    manual: expect.stringMatching(/does not give the symbol/),
    in_route: "the kernel runs it for the routes that refer to it",
  });
  expect(() => links.manual).toThrow(expect.objectContaining({ code: "ERR_EBPF_UNKNOWN_NAME" }));
});

test("a wrong target is not skipped", () => {
  using coll = load();
  const wrong = { in_binary: { binary: "/none", symbol: "x" } };
  expect(() => coll.attach(wrong, { untargeted: "skip" })).toThrow(/no binary "\/none"/);
});

test("an unknown value of untargeted is refused", () => {
  using coll = load();
  expect(() => coll.attach({}, { untargeted: "ignore" as never })).toThrow(/expected refuse or skip/);
  expect(() => coll.attach({}, { untargetted: "skip" } as never)).toThrow(/Did you mean "untargeted"/);
  expect(() => coll.attach({ cuont: {} } as never)).toThrow(/"cuont"\. Did you mean "count"/);
  expect(() => coll.attach({ count: 1 } as never)).toThrow(/"count": expected an object, or false/);
});

test("a program is attached to the network namespace in its options", () => {
  using coll = load();
  using netns = ownNetns();
  using named = link.skLookup(coll.programs.lookup as never, { netns: netns.path });
  expect(named.info()).toMatchObject({ type: "netns" });
  using own = (coll.programs.lookup as never as { attach(options: object): link.Link }).attach({
    netns: "self",
  });
  expect(own.info()).toMatchObject({ type: "netns" });
});

test("a second attach of the same programs is refused while the first is attached", () => {
  using coll = load();
  const first = coll.attach({}, { untargeted: "skip" });
  expect(() => coll.attach({}, { untargeted: "skip" })).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_ATTACH", message: expect.stringMatching(/attached already/) }),
  );
  first.count?.close();
  expect(Object.keys(coll.attach({}, { untargeted: "skip" }))).toEqual(["count"]);
});

// No kernel that the tests run on is built with CONFIG_BPF_LIRC_MODE2.
test("the error for a lirc program names the missing kernel option, or the device that it needs", () => {
  const spec = CollectionSpec.fromFile(testObject("attach_untargeted"));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === "infrared";
  if (!features.programType("lirc-mode2")) {
    expect(() => spec.loadSync()).toThrow(
      expect.objectContaining({
        code: "ERR_EBPF_NOT_SUPPORTED",
        message: expect.stringMatching(/lirc-mode2/),
      }),
    );
    return;
  }
  using coll = spec.loadSync();
  const { infrared } = coll.programs;
  expect(() => infrared?.attach()).toThrow(/does not give the device/);
  expect(() => infrared?.attach({ device: "/dev/null" })).toThrow(/not an infrared receiver/);
  expect(() => infrared?.attach({ device: "/dev/none" })).toThrow(/cannot open device "\/dev\/none"/);
});
