import { expect, test } from "vitest";
import { InvalidArgumentError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";

const read = () => ObjectSpec.fromFile(testObject("spec/kconfig"));

test("kernel configuration externs are listed in the order of libbpf's map", () => {
  const kinds = Object.values(read().kconfig).map(({ name, kind, size, offset, weak }) => [
    name,
    kind,
    size,
    offset,
    weak,
  ]);
  expect(kinds).toEqual([
    ["CONFIG_A_LONG", "int", 8, 0, true],
    ["CONFIG_HZ", "int", 4, 8, false],
    ["CONFIG_IPV6", "tristate", 4, 12, true],
    ["CONFIG_NO_SUCH_THING", "int", 4, 16, true],
    ["LINUX_KERNEL_VERSION", "int", 4, 20, false],
    ["CONFIG_A_SHORT", "int", 2, 24, true],
    ["CONFIG_A_CHAR", "char", 1, 26, true],
    ["CONFIG_BPF_SYSCALL", "bool", 1, 27, false],
    ["CONFIG_A_SIGNED", "string", 3, 28, true],
    ["CONFIG_DEFAULT_HOSTNAME", "string", 16, 31, true],
  ]);
});

test("values become lines of a kernel configuration", () => {
  const spec = read();
  const values = {
    CONFIG_HZ: 250,
    CONFIG_A_LONG: 1n << 60n,
    CONFIG_BPF_SYSCALL: false,
    CONFIG_IPV6: "m",
    CONFIG_A_CHAR: "y",
    CONFIG_DEFAULT_HOSTNAME: "(none)",
  };
  for (const [name, value] of Object.entries(values)) Object.assign(spec.kconfig[name] ?? {}, { value });
  expect(spec.edits().kconfig.split("\n").sort()).toEqual([
    "",
    "CONFIG_A_CHAR=y",
    "CONFIG_A_LONG=1152921504606846976",
    "CONFIG_BPF_SYSCALL=n",
    'CONFIG_DEFAULT_HOSTNAME="(none)"',
    "CONFIG_HZ=250",
    "CONFIG_IPV6=m",
  ]);
  expect(spec.copy().edits().kconfig).toBe(spec.edits().kconfig);
  for (const extern of Object.values(spec.kconfig)) extern.value = undefined;
  expect(spec.edits().kconfig).toBe("");
});

test.each([
  ["CONFIG_HZ", "250"],
  ["CONFIG_HZ", 2.5],
  ["CONFIG_HZ", true],
  ["CONFIG_BPF_SYSCALL", 1],
  ["CONFIG_BPF_SYSCALL", "m"],
  ["CONFIG_IPV6", "yes"],
  ["CONFIG_IPV6", 2],
  ["CONFIG_DEFAULT_HOSTNAME", "two\nlines"],
  ["CONFIG_DEFAULT_HOSTNAME", 5],
  ["LINUX_KERNEL_VERSION", 0x60000],
])("%s cannot be %j", (name, value) => {
  const spec = read();
  expect(() => Object.assign(spec.kconfig[name] ?? {}, { value })).toThrow(InvalidArgumentError);
  expect(spec.edits().kconfig).toBe("");
});
