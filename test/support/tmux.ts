import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** A terminal of its own, in which a command runs: a pseudo-terminal of tmux. */
export class Terminal implements Disposable {
  readonly #socket = `ebpf-test-${process.pid}-${Math.random().toString(36).slice(2)}`;

  /** @param command - For a shell. When it ends, the terminal shows `status` and its exit status. */
  constructor(command: string, columns = 80, rows = 24, env: Readonly<Record<string, string>> = {}) {
    const variables = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    this.#tmux(
      ...["-f", "/dev/null", "new-session", "-d", "-x", `${columns}`, "-y", `${rows}`],
      ...["-e", "LC_ALL=C.UTF-8", ...variables, `${command}; echo "status $?"; exec cat`],
    );
  }

  #tmux(...args: string[]): string {
    return execFileSync("tmux", ["-u", "-L", this.#socket, ...args], { encoding: "utf8" });
  }

  /** The lines that are visible. */
  screen(): string {
    return this.#tmux("capture-pane", "-p");
  }

  /** What is visible, with its colours as escape sequences. */
  coloured(): string {
    return this.#tmux("capture-pane", "-p", "-e");
  }

  /** Everything that was shown, what has scrolled away included. */
  history(): string {
    return this.#tmux("capture-pane", "-p", "-S", "-");
  }

  keys(...keys: string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** Waits until the screen fulfils a condition, at most fifteen seconds. Returns the screen. */
  async until(condition: (screen: string) => boolean): Promise<string> {
    for (const end = Date.now() + 15_000; ; await sleep(50)) {
      const screen = this.screen();
      if (condition(screen)) return screen;
      if (Date.now() > end) throw new Error(`the terminal shows:\n${screen}`);
    }
  }

  [Symbol.dispose](): void {
    this.#tmux("kill-server");
  }
}
