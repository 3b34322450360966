import { expect, test } from "vitest";
import {
  BtfBuilder,
  BtfError,
  ClosedError,
  InvalidArgumentError,
  LoadedBtf,
  NotExistError,
} from "../../lib/index.ts";
import { requiresLinux } from "../support/requires.ts";

function pair(): BtfBuilder {
  const builder = new BtfBuilder();
  const u32 = builder.add({ kind: "int", name: "unsigned int", size: 4 });
  builder.add({
    kind: "struct",
    name: "loaded_pair",
    size: 8,
    members: [
      { name: "a", type: u32, bitOffset: 0 },
      { name: "b", type: u32, bitOffset: 32 },
    ],
  });
  return builder;
}

test("built BTF is loaded, found by its ID and read back", () => {
  using loaded = LoadedBtf.load(pair());
  const info = loaded.info();
  expect(info).toEqual({ id: expect.any(Number), size: pair().encode().length, isKernel: false, name: "" });
  expect([...LoadedBtf.ids()]).toContain(info.id);
  using again = LoadedBtf.fromId(info.id);
  expect(again.fd).not.toBe(loaded.fd);
  expect(again.read().find("loaded_pair", "struct")).toMatchObject({ size: 8 });
});

test("close removes BTF from the kernel, and its methods throw", () => {
  const loaded = LoadedBtf.load(pair().encode());
  const { id } = loaded.info();
  loaded.close();
  expect(() => loaded.info()).toThrow(ClosedError);
  expect(() => LoadedBtf.fromId(id)).toThrow(NotExistError);
});

test("the kernel's own BTF is listed with its name, and modules extend it", (context) => {
  requiresLinux(context, "5.11", "the names of BTF");
  const names = [...LoadedBtf.ids()].map((id) => {
    try {
      using btf = LoadedBtf.fromId(id);
      const { isKernel, name } = btf.info();
      if (isKernel && name !== "vmlinux") expect(btf.read().base?.find("task_struct")).toBeDefined();
      return isKernel ? name : undefined;
    } catch (error) {
      // Another process has closed it since.
      expect(error).toBeInstanceOf(NotExistError);
      return undefined;
    }
  });
  expect(names).toContain("vmlinux");
});

test("types that the kernel rejects are an error with the kernel's reason", () => {
  const builder = new BtfBuilder();
  builder.add({ kind: "struct", name: "bad", size: 1, members: [{ name: "a", type: 77, bitOffset: 0 }] });
  expect(() => LoadedBtf.load(builder)).toThrow(BtfError);
  expect(() => LoadedBtf.load(builder)).toThrow(/^cannot load BTF: .*type_id|cannot load BTF: /);
  expect(() => LoadedBtf.load("BTF" as never)).toThrow(InvalidArgumentError);
  expect(() => LoadedBtf.fromId(0)).toThrow(InvalidArgumentError);
});
