import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect } from "vitest";

// At the end of each test file, as many descriptors of BPF and of events are open as at its beginning, and nothing new is
// pinned, which would keep a map or program. Vitest's own pipes and sockets come and go, and are not counted.
const before = descriptors();
const pinned = pins();

afterAll(async () => {
  let now = descriptors();
  // Work on the pool or in a worker can still be ending.
  for (let i = 0; i < 20 && now.length > before.length; i++) {
    await setTimeout(100);
    now = descriptors();
  }
  expect(now, "descriptors are left open").toEqual(before);
  const left = pins().filter((name) => !pinned.includes(name));
  expect(left, "pins are left in /sys/fs/bpf").toEqual([]);
});

function pins(): string[] {
  try {
    return readdirSync("/sys/fs/bpf");
  } catch {
    // Not mounted, or not readable by this user.
    return [];
  }
}

function descriptors(): string[] {
  const found: string[] = [];
  for (const fd of readdirSync("/proc/self/fd")) {
    let target: string;
    try {
      target = readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      continue;
    }
    if (
      /^anon_inode:(bpf|\[perf_event\]|btf)|\/cgroup|\/sys\/fs\/bpf|^(cgroup|ipc|mnt|net|pid|time|user|uts):\[/.test(
        target,
      )
    )
      found.push(target);
  }
  return found.sort();
}
