import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exampleObject } from "../support/objects.ts";

const root = join(import.meta.dirname, "../..");
const permission = ["--permission", "--experimental-permission"].find((name) =>
  process.allowedNodeEnvironmentFlags.has(name),
) as string;

const program = `
import { CollectionSpec } from "ebpf";
const coll = CollectionSpec.fromFile(${JSON.stringify(exampleObject("counter"))}).loadSync();
try {
  coll.attach();
} catch (error) {
  console.log(JSON.stringify([error.code, error.message, error.remedy]));
}
coll.close();`;

test("Node's permission model is named when it hides tracefs, not the kernel", () => {
  const readable = [`${root}/*`, "/etc/alpine-release"].map((path) => `--allow-fs-read=${path}`);
  const flags = [permission, "--allow-addons", ...readable, "--input-type=module"];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--eval", program], {
    cwd: join(root, "dist"),
    encoding: "utf8",
  });
  expect(stdout, stderr).not.toBe("");
  const [code, message, remedy] = JSON.parse(stdout);
  expect(code).toBe("ERR_EBPF_PERMISSION");
  expect(message).toContain("Node's permission model denied access to /sys/kernel/tracing/");
  expect(remedy).toMatch(/^Pass --allow-fs-read=\/sys\/kernel\/tracing\/.* to node$/);
});
