import { closeSync, createReadStream, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { EBADF, EINVAL } from "../errors/errno.ts";
import { InvalidArgumentError, LinkError } from "../errors/index.ts";
import { attachTypeNumber, hooks, iteratorNeeds } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import type { NativeLinkOptions } from "../native/link.ts";
import { type AttachPlace, attachedHandle, attempt } from "./attach.ts";
import type { Attachable, AttachableMap, AttachableTo } from "./attachable.ts";
import { Link } from "./link.ts";
import { withCgroup } from "./target/cgroup.ts";

/** Options of {@link iterator}: the objects that an iterator visits. Each kind of iterator accepts some of them. */
export interface IteratorOptions {
  /** The map whose elements are visited. Required for `iter/bpf_map_elem` and `iter/bpf_sk_storage_map`. */
  map?: AttachableMap;
  /**
   * The cgroup where `iter/cgroup` starts: a folder, a path below the cgroup2 mount, or a file descriptor. Required for
   * `iter/cgroup`. @since Linux 6.1
   */
  cgroup?: string | number;
  /** The order of the cgroups that `iter/cgroup` visits. Default `descendants-pre`. @since Linux 6.1 */
  order?: "self" | "descendants-pre" | "descendants-post" | "ancestors";
  /**
   * A thread ID. `iter/task`, `iter/task_file` and `iter/task_vma` visit only this thread. Default: all. @since Linux
   * 6.1
   */
  thread?: number;
  /** A process ID. The same iterators visit only the threads of this process. Default: all. @since Linux 6.1 */
  process?: number;
}

// BPF_CGROUP_ITER_*
const orders = { self: 1, "descendants-pre": 2, "descendants-post": 3, ancestors: 4 } as const;

/** An attached iterator. Each read runs the program again over all objects. */
export class IteratorLink extends Link {
  /**
   * Runs the program and returns its complete output as bytes. Blocks the event loop.
   *
   * @throws {@link LinkError}, {@link ClosedError}.
   */
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

  /**
   * Returns the output of the program as a stream of bytes. The program runs on a thread of the pool while the stream
   * is read.
   *
   * @throws {@link LinkError}, {@link ClosedError}.
   */
  stream(): Readable {
    return createReadStream("", { fd: this.#open(), autoClose: true });
  }

  /**
   * Returns the complete output of the program as bytes.
   *
   * @throws {@link LinkError}, {@link ClosedError}.
   */
  async read(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.stream()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /**
   * Returns the complete output of the program as UTF-8 text, for programs that use bpf_seq_printf.
   *
   * @throws {@link LinkError}, {@link ClosedError}.
   */
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
 * Attaches an iterator: a program that the kernel runs once for each task, map, socket or other object of the kind in
 * its SEC name. The link can be read any number of times.
 *
 * @returns A link that the caller closes, with methods to read the output of the program.
 * @throws {@link InvalidArgumentError} when an option is missing or this kind of iterator does not accept it.
 * @throws {@link AttachError}, {@link ProgramTypeError}, {@link NotSupportedError}, {@link PermissionError}
 * (CAP_PERFMON), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using tasks = link.iterator(program, { process: process.pid });
 * console.log(await tasks.text());
 * ```
 *
 * @since Linux 5.8
 */
export function iterator(program: AttachableTo<"iterator">, options: IteratorOptions = {}): IteratorLink {
  const attempted = attempt("iterator", program, options);
  const { map, cgroup, order = "descendants-pre", thread, process } = attempted.options;
  const isLimited = [map, cgroup, thread, process].some((limit) => limit !== undefined);
  const place: AttachPlace = {
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
  // The program runs only when this process reads the link: nothing happens that the process would have to wait for.
  return new IteratorLink(link, program.name).unref();
}

function explain(
  program: Attachable,
  options: IteratorOptions,
  errno: number,
): InvalidArgumentError | undefined {
  const over = program.attachTo ?? "";
  // EBADF: without a map, the kernel interprets the field as file descriptor 0.
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
      `iterator "${over}" does not accept option ${limits.map(([name]) => name).join(" and option ")}`,
    );
  return undefined;
}
