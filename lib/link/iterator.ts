import { closeSync, createReadStream, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { EBADF, EINVAL } from "../errno.ts";
import { InvalidArgumentError, LinkError } from "../errors.ts";
import { attachTypeNumber, hooks, iteratorNeeds } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import type { NativeLinkOptions } from "../native/link.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attachedHandle, attempt, type Place } from "./attach.ts";
import type { Attachable, AttachableMap } from "./attachable.ts";
import { Link } from "./link.ts";
import { withCgroup } from "./target/cgroup.ts";

/** What an iterator is limited to; which of these it takes depends on what it iterates over. */
export interface IteratorOptions {
  /** The map whose elements are iterated: needed for `iter/bpf_map_elem` and `iter/bpf_sk_storage_map`. */
  map?: AttachableMap;
  /** For `iter/cgroup`, needed: its folder, its path below the mount of cgroup2, or a descriptor. Linux 6.1. */
  cgroup?: string | number;
  /** For `iter/cgroup`. Default `descendants-pre`. */
  order?: "self" | "descendants-pre" | "descendants-post" | "ancestors";
  /** For `iter/task`, `iter/task_file` and `iter/task_vma`: only this thread. Linux 6.1. */
  thread?: number;
  /** For the same: only the threads of this process. Linux 6.1. */
  process?: number;
}

// BPF_CGROUP_ITER_*
const orders = { self: 1, "descendants-pre": 2, "descendants-post": 3, ancestors: 4 } as const;

/** An iterator that is attached. Each reading runs its program anew over all that there is. */
export class IteratorLink extends Link {
  /** All that the program writes, in one go. The event loop stands still meanwhile. */
  readSync(): Buffer {
    const fd = this.#open();
    try {
      const chunks: Buffer[] = [];
      for (;;) {
        const chunk = Buffer.allocUnsafe(65536);
        const length = readSync(fd, chunk, 0, chunk.length, null);
        if (length === 0) return Buffer.concat(chunks);
        chunks.push(chunk.subarray(0, length));
      }
    } finally {
      closeSync(fd);
    }
  }

  /** The same as a stream of bytes: the program runs on a thread of the pool as fast as the stream is read. */
  stream(): Readable {
    return createReadStream("", { fd: this.#open(), autoClose: true });
  }

  /** All that the program writes, as bytes. */
  async read(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.stream()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** All that the program writes, as UTF-8: what bpf_seq_printf makes. */
  async text(): Promise<string> {
    return (await this.read()).toString("utf8");
  }

  #open(): number {
    const fd = native().iteratorOpen(this[handleOf]);
    if (fd >= 0) return fd;
    throw new LinkError("cannot open the iterator", { operation: "open", errno: -fd });
  }
}

/**
 * Attaches an iterator, to be read as often as wanted: a program that the kernel runs over all tasks, maps, sockets
 * or whatever its SEC name says.
 *
 * @returns A link that the caller closes, with ways to read.
 * @throws InvalidArgumentError when a parameter is missing or is none of this iterator.
 * @throws ProgramTypeError, NotSupportedError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 5.8.
 */
export function iterator(program: Attachable, options: IteratorOptions = {}): IteratorLink {
  const attempted = attempt("iterator", program, options);
  const { map, cgroup, order = "descendants-pre", thread, process } = attempted.options;
  const isLimited = [map, cgroup, thread, process].some((limit) => limit !== undefined);
  const place: Place = {
    where: `iterator "${program.attachTo ?? ""}"`,
    explain: ({ errno }) => explain(program, options, errno),
  };
  const create = (limits: Partial<NativeLinkOptions>) =>
    native().linkCreate(attempted.handle, {
      attachType: attachTypeNumber("trace-iter"),
      iterTarget: isLimited,
      ...(map !== undefined && { iterMap: map[handleOf] }),
      ...(thread !== undefined && { iterThread: thread }),
      ...(process !== undefined && { iterProcess: process }),
      ...limits,
    });
  const link = attachedHandle(attempted, place, () =>
    cgroup === undefined
      ? create({})
      : withCgroup(cgroup, (fd) => create({ iterCgroup: fd, iterOrder: orders[order] })),
  );
  return new IteratorLink(link, program.name);
}

function explain(
  program: Attachable,
  options: IteratorOptions,
  errno: number,
): InvalidArgumentError | undefined {
  const over = program.attachTo ?? "";
  // EBADF: the kernel took the missing map for descriptor 0.
  if (errno !== EINVAL && errno !== EBADF) return undefined;
  const needed = iteratorNeeds(over);
  if (needed !== undefined && options[needed] === undefined)
    return new InvalidArgumentError(
      `${needed} of link.iterator is missing: iterator "${over}" needs a ${needed}`,
    );
  const { map, cgroup, thread, process } = options;
  const limits = Object.entries({ map, cgroup, thread, process }).filter(([, limit]) => limit !== undefined);
  if (limits.length > 0 && kernelAtLeast(hooks.iterator.options.thread.since))
    return new InvalidArgumentError(
      `iterator "${over}" is not limited by a ${limits.map(([name]) => name).join(" and a ")}`,
    );
  return undefined;
}
