// kernels: native
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { every, InterruptedError, RingBuf, untilInterrupted } from "../../lib/index.ts";
import { type Event, Sender } from "../events/sender.ts";
import { requiresLinux } from "../support/requires.ts";
import { scriptArguments } from "../support/script.ts";

interface Child {
  process: ChildProcess;
  said(text: string): Promise<void>;
  ended: Promise<{ code: number | null; signal: string | null; out: string; errors: string }>;
}

function start(name: string, ...args: string[]): Child {
  const file = join(import.meta.dirname, "children", `${name}.ts`);
  const child = spawn(process.execPath, [...scriptArguments(file), ...args]);
  let out = "";
  let errors = "";
  child.stdout.on("data", (more) => {
    out += more;
  });
  child.stderr.on("data", (more) => {
    errors += more;
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, out, errors }));
  const said = async (text: string): Promise<void> => {
    while (!out.includes(text)) {
      const more = once(child.stdout, "data");
      if (Array.isArray(await Promise.race([more, ended]))) continue;
      throw new Error(`it ended without "${text}": ${out}${errors}`);
    }
  };
  return { process: child, said, ended };
}

describe.concurrent("an attached link", () => {
  test("keeps a process alive that only waits for a signal", async () => {
    const child = start("attached", "waits for a signal");
    await child.said("attached");
    child.process.kill("SIGINT");
    expect(await child.ended).toMatchObject({ code: 0, out: "attached\nend\n", errors: "" });
  });

  test.each(["closes", "unref", "unref of the link"])(
    "does not keep it alive after its process %s",
    async (how) => {
      expect(await start("attached", how).ended).toMatchObject({ code: 0, out: "end\n", errors: "" });
    },
  );

  test("does not keep it alive after it is pinned", async () => {
    const path = `/sys/fs/bpf/ebpf-keep-alive-${process.pid}`;
    expect(await start("attached", "pins", path).ended).toMatchObject({ code: 0, out: "end\n", errors: "" });
  });

  test("keeps the default effect of a later Ctrl-C, after one that was delivered twice", async () => {
    const child = start("attached", "is interrupted twice");
    await child.said("attached");
    child.process.kill("SIGINT");
    await child.said("later");
    child.process.kill("SIGINT");
    const out = "attached\ninterrupted by SIGINT, once\nlater\n";
    expect(await child.ended).toMatchObject({ code: null, signal: "SIGINT", out });
  });
});

describe.concurrent("a loop of a script ends without an error", () => {
  test.each([
    ["SIGINT", "records"],
    ["SIGTERM", "records"],
    ["SIGHUP", "records"],
    ["SIGINT", "every"],
  ] as const)("by %s, over %s", async (signal, what) => {
    const child = start("loops", what);
    await child.said("reading");
    child.process.kill(signal);
    expect(await child.ended).toMatchObject({ code: 0, errors: `after the loop\nend 0 ${signal}\n` });
  });

  test("when its output pipe is closed while nothing is written", async () => {
    const child = start("loops", "silent");
    await child.said("reading");
    child.process.stdout?.destroy();
    expect(await child.ended).toMatchObject({ code: 0, errors: "after the loop\nend 0 EPIPE\n" });
  });

  test("by an InterruptedError of the script", async () => {
    const ended = await start("loops", "caller").ended;
    expect(ended).toMatchObject({ code: 0, errors: "ended by caller\nend 0 undefined\n" });
  });

  test("when its output pipe is closed", async () => {
    const child = start("loops", "every");
    await child.said("reading");
    child.process.stdout?.destroy();
    expect(await child.ended).toMatchObject({ code: 0, errors: "after the loop\nend 0 EPIPE\n" });
  });
});

describe("a reader with the signal of untilInterrupted", () => {
  const soon = () => untilInterrupted({ timeout: 10 });

  test("ends every read method, and stays open", async (context) => {
    requiresLinux(context, "5.17", "the sender of records, which loops");
    using sender = new Sender();
    using ring = new RingBuf<Event>(sender.map());
    sender.send(2);
    const got: Event[] = [];
    for await (const event of ring.values({ signal: soon() })) got.push(event);
    for await (const batch of ring.batches({ signal: soon() })) got.push(...batch);
    for await (const event of ring.toNodeStream({ signal: soon() })) got.push(event);
    for await (const event of ring.toWebStream({ signal: soon() })) got.push(event);
    await ring.forEach(() => {}, { signal: soon() });
    await ring.forEach(() => {}, { signal: AbortSignal.any([soon(), new AbortController().signal]) });
    expect(got).toHaveLength(2);
    expect(ring.closed).toBe(false);
  });

  test("is closed by it, and then every loop over it ends", async (context) => {
    requiresLinux(context, "5.17", "the sender of records, which loops");
    using sender = new Sender();
    const signal = soon();
    const ring = new RingBuf<Event>(sender.map(), { signal });
    await ring.forEach(() => {});
    expect([signal.aborted, ring.closed]).toEqual([true, true]);
    for await (const _ of ring) expect.unreachable();
    await ring.forEach(() => {
      expect.unreachable();
    });
    // Opened after it: as if it had been closed a moment later.
    const late = new RingBuf<Event>(sender.map(), { signal });
    for await (const _ of late) expect.unreachable();
    expect(late.closed).toBe(true);
    using again = new RingBuf<Event>(sender.map());
    for await (const _ of again.values({ signal })) expect.unreachable();
  });

  test("throws for the reason of any other signal", async (context) => {
    requiresLinux(context, "5.17", "the sender of records, which loops");
    using sender = new Sender();
    using ring = new RingBuf<Event>(sender.map());
    const signal = AbortSignal.timeout(5);
    await expect(ring.values({ signal }).next()).rejects.toThrow(signal.reason);
    await expect(every(1000, { signal }).next()).rejects.toThrow(signal.reason);
  });
});

describe("every", () => {
  test("counts its ticks, and skips missed ones", async () => {
    const ticks: number[] = [];
    for await (const tick of every(5, { signal: untilInterrupted({ timeout: 60_000 }) })) {
      ticks.push(tick);
      // Longer than several intervals.
      if (tick === 1) await new Promise((resolve) => setTimeout(resolve, 50));
      if (tick === 3) break;
    }
    expect(ticks).toEqual([1, 2, 3]);
  });

  test("refuses an invalid interval", () => {
    expect(() => every(0)).toThrow("interval of every: expected an integer from 1 to 2147483647");
    expect(() => untilInterrupted({ timeout: -1 })).toThrow("timeout of untilInterrupted: expected a number");
  });
});

test("the reason names the interruption", async () => {
  const signal = untilInterrupted({ timeout: 1 });
  await once(signal, "abort");
  expect(signal.reason).toBeInstanceOf(InterruptedError);
  expect(signal.reason).toMatchObject({ by: "timeout", code: "ERR_EBPF_INTERRUPTED" });
});
