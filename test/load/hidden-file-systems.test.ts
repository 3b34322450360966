import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { start } from "../lifetime/child.ts";
import { requires } from "../support/requires.ts";

const patience = 240_000;

/** The errors of a process with mounts of its own. */
async function saidWith(mounts: string): Promise<unknown> {
  const before = ["unshare", "--mount", "sh", "-c", `${mounts} && exec "$0" "$@"`];
  const { said, stderr } = await start("hidden-file-systems", [], { before }).ended;
  expect(said, stderr).toBeDefined();
  return said;
}

function says(code: string, words: RegExp) {
  return { code: `ERR_EBPF_${code}`, message: expect.stringMatching(words) };
}

test(
  "where sysfs is not mounted, the errors say so, and not that the kernel lacks something",
  async () => {
    const unmounted = /sysfs is not mounted: mount -t sysfs sysfs \/sys/;
    expect(await saidWith("mount -t tmpfs none /sys")).toEqual({
      btf: says("NO_BTF", unmounted),
      iterator: says("LOAD", unmounted),
      uprobe: says("SYSTEM", unmounted),
      pin: says("PIN", /not on a bpffs: mount -t bpf/),
    });
  },
  patience,
);

test(
  "where the BTF of the kernel is hidden, the errors say so, and not that the kernel is built without it",
  async (context) => {
    requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
    const hidden = /something hides \/sys\/kernel\/btf/;
    expect(await saidWith("mount -t tmpfs none /sys/kernel/btf")).toEqual({
      btf: says("NO_BTF", hidden),
      iterator: says("LOAD", hidden),
    });
  },
  patience,
);

test(
  "a bpffs that is mounted read-only is named",
  async () => {
    const said = await saidWith(
      "mount --bind /sys/fs/bpf /sys/fs/bpf && mount -o remount,bind,ro /sys/fs/bpf",
    );
    expect(said).toMatchObject({ pin: says("PIN", /EROFS. The bpffs is mounted read-only/) });
  },
  patience,
);
