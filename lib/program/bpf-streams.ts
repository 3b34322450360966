import { choiceOf } from "../arguments/index.ts";
import { EINVAL, ENOENT, EPERM } from "../errors/errno.ts";
import { NotSupportedError, PermissionError, SystemError } from "../errors/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";

/** `stdout` has the output of `bpf_stream_printk`; `stderr` also has the faults that the kernel reports. */
export type ProgramStream = "stdout" | "stderr";

// BPF_STREAM_STDOUT and BPF_STREAM_STDERR.
const numbers: Record<ProgramStream, number> = { stdout: 1, stderr: 2 };

const checkStream = choiceOf(numbers);

const CHUNK = 64 * 1024;

/** Reads and removes the current contents of a stream. */
export function readStream(handle: Handle, name: string, stream: ProgramStream): string {
  const chunks: Buffer[] = [];
  // A stream holds at most 100 KB (BPF_STREAM_MAX_CAPACITY). The limit ends the loop when a program keeps printing.
  for (let left = 1024 * 1024; left > 0; left -= CHUNK) {
    const chunk = Buffer.alloc(CHUNK);
    const length = native().programReadStream(
      handle,
      checkStream(stream, `stream of program "${name}"`),
      chunk,
    );
    if (length < 0) throw streamError(name, stream, -length);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
  }
  return Buffer.concat(chunks).toString("utf8");
}

function streamError(name: string, stream: ProgramStream, errno: number): Error {
  const message = `cannot read stream "${stream}" of program "${name}"`;
  const details = { operation: "read stream", errno };
  if (errno === EINVAL || errno === ENOENT) {
    return new NotSupportedError(message, { ...details, remedy: "Needs Linux 6.17" });
  }
  if (errno === EPERM) return new PermissionError(message, { ...details, remedy: privilegeRemedy(["bpf"]) });
  return new SystemError(message, details);
}
