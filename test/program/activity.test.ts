import { expect, test } from "vitest";
import { ActivityMeter, asm, Program } from "../../lib/index.ts";

test("a closed program does not shift the names and counts of the others", () => {
  const create = (name: string) =>
    Program.create({ type: "xdp", name, instructions: [asm.mov(asm.r0, 2), asm.exit()] });
  const first = create("first");
  using second = create("second");
  const meter = new ActivityMeter([first, second]);
  expect(meter.measure().map(({ name }) => name)).toEqual(["first", "second"]);
  first.close();
  expect(meter.measure()).toMatchObject([{ id: second.info().id, name: "second" }]);
});
