// kernels: native
import { expect, test } from "vitest";
import { kill } from "../../support/link.ts";
import { compiled, RunningCommand } from "./command.ts";

test("all arguments in a short record are shown, and other text ends at its NUL", async () => {
  using object = compiled("texts");
  const options = ["--set", `only_pid=${process.pid}`, object.path];
  using json = new RunningCommand(["run", "--json", ...options]);
  using text = new RunningCommand(["run", ...options]);
  const seen = (): boolean => json.stdout.split("\n").length > 2 && text.stdout.split("\n").length > 3;
  // A call before both programs are attached is not seen.
  await json.until(() => {
    if (!seen()) kill(1);
    return seen();
  });
  expect(await json.end()).toBe(0);
  expect(await text.end()).toBe(0);
  const [short, complete] = json.stdout.split("\n").map((line) => line && JSON.parse(line));
  const value = { pid: process.pid, args: "cat" };
  const record = { kind: "record", buffer: "commands", type: "command", value };
  expect(short).toEqual({ ...record, texts: ["cat", "-n", "/etc/hosts"] });
  expect(complete).toEqual(record);
  const [titles, first, second] = text.stdout.split("\n").map((line) => line.trim().split(/ +/));
  expect(titles).toEqual(["PID", "ARGS"]);
  expect(first).toEqual([`${process.pid}`, "cat", "-n", "/etc/hosts"]);
  expect(second).toEqual([`${process.pid}`, "cat"]);
});
