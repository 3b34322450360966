// The browsers that watch, by server-sent events.
import type { ServerResponse } from "node:http";

interface State {
  /** When it stopped to read, in milliseconds of the process; undefined while it reads. */
  blockedSince?: number | undefined;
  /** Whether samples were left out, so that it needs everything again. */
  missed: boolean;
}

/**
 * Sends samples to all browsers. Memory is bounded: for a browser that reads slowly, samples are left out until it has read
 * what was sent; one that reads nothing for a while is disconnected.
 */
export class Viewers {
  readonly #states = new Map<ServerResponse, State>();
  readonly #snapshot: () => object;
  readonly #limit: number;
  readonly #patience: number;

  /**
   * @param snapshot - Returns everything that a browser needs that begins to watch.
   * @param options - `limit` is the most browsers at a time, `patience` the milliseconds without reading that are tolerated.
   */
  constructor(snapshot: () => object, options: { limit?: number; patience?: number } = {}) {
    this.#snapshot = snapshot;
    this.#limit = options.limit ?? 16;
    this.#patience = options.patience ?? 20_000;
  }

  get count(): number {
    return this.#states.size;
  }

  /** Answers a request with events until it ends. False if there are too many. */
  add(response: ServerResponse): boolean {
    if (this.#states.size >= this.#limit) return false;
    this.#states.set(response, { missed: true });
    response.on("close", () => this.#states.delete(response));
    response.writeHead(200, { "content-type": "text/event-stream" });
    this.#write(response, message("snapshot", this.#snapshot()));
    return true;
  }

  /** Sends a sample to each browser that has read all the former ones. */
  send(sample: object): void {
    const text = message("sample", sample);
    for (const [response, state] of this.#states) {
      if (state.blockedSince === undefined)
        this.#write(response, state.missed ? message("snapshot", this.#snapshot()) : text);
      else if (performance.now() - state.blockedSince > this.#patience) response.destroy();
      else state.missed = true;
    }
  }

  /** Ends all responses. */
  close(): void {
    for (const response of this.#states.keys()) response.end();
  }

  #write(response: ServerResponse, text: string): void {
    const state = this.#states.get(response);
    if (state === undefined) return;
    state.missed = false;
    if (response.write(text)) return;
    state.blockedSince = performance.now();
    response.once("drain", () => {
      state.blockedSince = undefined;
    });
  }
}

function message(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
