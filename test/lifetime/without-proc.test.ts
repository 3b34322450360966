import { expect, test } from "vitest";
import { start } from "./child.ts";

const without = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh"];

test.each([
  ["with /proc", []],
  ["without /proc", without],
])("%s, a pin opens only as its own kind of object", { timeout: 240_000 }, async (_, before) => {
  const { said, stderr } = await start("without-proc", [], { before }).ended;
  expect(said, stderr).toEqual({
    proc: before.length === 0,
    root:
      before.length === 0
        ? "/"
        : "cannot read /proc/self/mounts: ENOENT. procfs is not mounted: mount -t proc proc /proc",
    opened: {
      "map as map": "opened",
      "map as program": "ERR_EBPF_PIN",
      "map as link": "ERR_EBPF_PIN",
      "queue as map": "opened",
      "queue as program": "ERR_EBPF_PIN",
      "queue as link": "ERR_EBPF_PIN",
      "program as map": "ERR_EBPF_PIN",
      "program as program": "opened",
      "program as link": "ERR_EBPF_PIN",
      "link as map": "ERR_EBPF_PIN",
      "link as program": "ERR_EBPF_PIN",
      "link as link": "opened",
    },
  });
});
