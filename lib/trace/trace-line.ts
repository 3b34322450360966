/** A line that a program wrote with bpf_printk. */
export interface TraceLine {
  /** The name of the task that the program ran in. */
  task: string;
  /** The ID of the task: a thread ID, which the kernel calls PID. */
  pid: number;
  /** The CPU that the program ran on. */
  cpu: number;
  /** Time in seconds on the clock of the trace. The default clock starts at boot. */
  time: number;
  /** The text without the line break at its end. */
  text: string;
}

/** Parses a line of the trace pipe. Undefined for lines of other tracers. */
export function parseLine(line: string): TraceLine | undefined {
  const found =
    /^\s*(.+)-(\d+)\s+(?:\([\s\d-]+\)\s+)?\[(\d+)\]\s+(?:\S{4,6}\s+)?(\d+\.\d+): bpf_trace_printk: (.*)$/s.exec(
      line,
    );
  if (found === null) return undefined;
  const [, task = "", pid, cpu, time, text = ""] = found;
  return { task, pid: Number(pid), cpu: Number(cpu), time: Number(time), text };
}
