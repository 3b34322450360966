import type { TraceLine } from "../../../index.ts";
import { RecordError } from "../../../index.ts";
import { jsonLine, type Output } from "../../terminal/index.ts";
import { sentTexts } from "../values/sent-texts.ts";
import type { MapSnapshot } from "./map-snapshot.ts";
import type { BufferView, Snapshot, Summary, TypedRecord, View } from "./view.ts";

/** One object a line. `kind` says what a line is about. */
export class JsonView implements View {
  readonly #output: Output;
  readonly #heads = new Map<string, string>();

  constructor(output: Output) {
    this.#output = output;
  }

  records(buffer: BufferView, records: readonly TypedRecord[]): Promise<void> | undefined {
    let text = "";
    for (const { type, value } of records) {
      if (value instanceof RecordError) {
        const { message, bytes } = value;
        text += `${jsonLine({ kind: "error", buffer: buffer.name, message, bytes })}\n`;
      } else text += `${this.#head(buffer.name, type)}${jsonLine(value)}${textsOf(value)}}\n`;
    }
    return this.#output.write(text);
  }

  /** The start of a line, which is the same for all records of a type. */
  #head(buffer: string, type: string | undefined): string {
    const key = `${buffer} ${type}`;
    let head = this.#heads.get(key);
    if (head === undefined) {
      head = `${jsonLine({ kind: "record", buffer, type }).slice(0, -1)},"value":`;
      this.#heads.set(key, head);
    }
    return head;
  }

  lost(buffer: string, lost: bigint, total: bigint): void {
    this.#line({ kind: "lost", buffer, lost, total });
  }

  print(line: TraceLine): Promise<void> | undefined {
    return this.#output.write(`${jsonLine({ kind: "print", ...line })}\n`);
  }

  snapshot({ maps, variables }: Snapshot): void {
    // Snapshots are not queued for a slow reader, because the next one has all values.
    if (this.#output.blocked) return;
    for (const map of maps) this.#map(map);
    if (variables.length > 0) this.#line({ kind: "variables", values: valuesOf(variables) });
  }

  #map({ name, type, entries, truncated }: MapSnapshot): void {
    this.#line({
      kind: "map",
      map: name,
      type,
      entries: entries.map(([key, value]) => ({ key, value })),
      ...(truncated && { truncated }),
    });
  }

  note(text: string): void {
    process.stderr.write(`ebpf: ${text}\n`);
  }

  end({ seconds, maps, variables, programs, buffers, skipped }: Summary): void {
    for (const map of maps) this.#map(map);
    this.#line({
      kind: "summary",
      seconds: Number(seconds.toFixed(3)),
      buffers: Object.fromEntries(
        buffers.map(({ name, records, lost, full, errors }) => [name, { records, lost, full, errors }]),
      ),
      ...(variables.length > 0 && { variables: valuesOf(variables) }),
      programs: Object.fromEntries(
        programs.map(({ name, id, runCount, runTime }) => [
          name,
          { id, runs: runCount, nanoseconds: runTime },
        ]),
      ),
      skipped: Object.fromEntries(skipped.map(({ name, reason }) => [name, reason])),
    });
  }

  close(): void {}

  #line(value: object): void {
    void this.#output.write(`${jsonLine(value)}\n`);
  }
}

/** The texts at the end of a record, if the program sent several. The field of the record has only the first. */
function textsOf(record: unknown): string {
  const texts = sentTexts(record);
  return texts === undefined ? "" : `,"texts":${jsonLine(texts)}`;
}

function valuesOf(variables: Snapshot["variables"]): Record<string, unknown> {
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}
