// One microtask for all tasks of a turn: to queue one costs more than a small system call.
const tasks: (() => void)[] = [];

/** Calls a task after the running code, before the next event. A task that waits already is not added again. */
export function atEndOfTurn(task: () => void): void {
  if (tasks.includes(task)) return;
  if (tasks.push(task) === 1) queueMicrotask(runTasks);
}

function runTasks(): void {
  for (const task of tasks.splice(0)) task();
}
