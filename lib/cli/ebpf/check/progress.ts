import { columnsOf, LiveArea, type OutputStream, shorten } from "../../terminal/index.ts";

type Stream = ConstructorParameters<typeof LiveArea>[0] & OutputStream;

/** Shows what happens to the kernels: one line that changes on a terminal, a line for each step elsewhere. */
export class Progress {
  readonly #stream: Stream;
  readonly #area: LiveArea | undefined;
  #text = "";
  #start = Date.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: Stream) {
    this.#stream = stream;
    this.#area = stream.isTTY === true ? new LiveArea(stream) : undefined;
    if (this.#area !== undefined) this.#timer = setInterval(() => this.#draw(), 1000);
  }

  show(text: string): void {
    this.#text = text;
    this.#start = Date.now();
    if (this.#area === undefined) this.#stream.write(`ebpf check: ${text}\n`);
    else this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#area?.close();
  }

  #draw(): void {
    const seconds = Math.round((Date.now() - this.#start) / 1000);
    this.#area?.draw([shorten(`${this.#text} (${seconds} s)`, columnsOf(this.#stream) ?? 80)]);
  }
}
