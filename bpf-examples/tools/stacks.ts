// Names the stacks that a tool counted, and prints or draws them.
import { writeFileSync } from "node:fs";
import {
  type CountedStack,
  every,
  flameGraph,
  foldStacks,
  KernelSymbols,
  type StackTraceMap,
  UserSymbols,
} from "ebpf";

/** What the program counts by. */
export interface StackKey {
  pid: number;
  user_stack: number;
  kernel_stack: number;
  comm: string;
}

/** Waits until the tool is to end, and looks processes up that are new: one that has ended has no names any more. */
export async function watchStacks(
  signal: AbortSignal,
  stacks: StackTraceMap,
  counts: { keys(): Iterable<StackKey> },
): Promise<UserSymbols> {
  const users = new UserSymbols();
  const seen = new Set<number>();
  for await (const _ of every(500, { signal })) {
    for (const { pid, user_stack } of counts.keys()) {
      if (seen.has(pid) || user_stack < 0) continue;
      seen.add(pid);
      users.names(pid, (stacks.get(user_stack) ?? []).slice(0, 1));
    }
  }
  return users;
}

/** The stacks with the names of their functions, the outermost first; those of the kernel end in `_[k]`. */
export function nameStacks(
  users: UserSymbols,
  stacks: StackTraceMap,
  counts: Iterable<[StackKey, bigint]>,
): CountedStack[] {
  const kernel = KernelSymbols.ofThisKernel();
  return Array.from(counts, ([{ pid, user_stack, kernel_stack, comm }, count]) => {
    const user = user_stack < 0 ? [] : users.names(pid, stacks.get(user_stack) ?? []);
    const inKernel = kernel_stack < 0 ? [] : (stacks.symbolize(kernel_stack, kernel) ?? []);
    return {
      frames: [
        comm,
        ...user.reverse(),
        ...inKernel.reverse().map(({ symbol }) => `${symbol?.name ?? "[unknown]"}_[k]`),
      ],
      count: Number(count),
    };
  });
}

/** Prints the stacks in the folded format, or as JSON, or writes a flame graph. */
export function showStacks(
  counted: readonly CountedStack[],
  to: {
    print: (record: object, text: () => string) => void;
    svg: string | undefined;
    title: string;
    unit: string;
  },
): void {
  if (to.svg !== undefined) writeFileSync(to.svg, flameGraph(counted, { title: to.title, unit: to.unit }));
  else for (const stack of counted) to.print(stack, () => foldStacks([stack]).trimEnd());
}
