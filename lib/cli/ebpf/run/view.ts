import type { Layout } from "../../../codec/index.ts";
import type { ProgramActivity, TraceLine } from "../../../index.ts";
import type { MapSnapshot } from "./map-snapshot.ts";
import type { Skipped } from "./session.ts";

/** A ring or perf buffer whose records are shown. */
export interface BufferView {
  name: string;
  /** Types of the records, by name. Undefined layouts are types that are known by size only. */
  types: ReadonlyMap<string, Layout | undefined>;
}

export interface TypedRecord {
  /** The name of its type; undefined for bytes. */
  type: string | undefined;
  value: unknown;
}

/** What a buffer has received. */
export interface BufferCounts {
  name: string;
  records: number;
  /** Undefined if the programs do not count the records that did not fit into a ring buffer. */
  lost: bigint | undefined;
  /** Whether a ring buffer was so full at some time that a record may not have fit. */
  full: boolean;
  /** Records that did not fit the type of the buffer. */
  errors: number;
}

/** A global variable and its value. */
export interface VariableValue {
  name: string;
  section: string;
  layout: Layout | undefined;
  value: unknown;
}

/** The state at one moment. */
export interface Snapshot {
  /** Seconds since the start. */
  seconds: number;
  maps: readonly MapSnapshot[];
  variables: readonly VariableValue[];
  programs: readonly ProgramActivity[];
  buffers: readonly BufferCounts[];
}

/** The state at the end. */
export interface Summary extends Snapshot {
  skipped: readonly Skipped[];
}

/** Shows what the programs do: as lines of text, on a terminal, or as JSON. */
export interface View {
  /** Shows records of one buffer. Returns a promise to await before the next records. */
  records(buffer: BufferView, records: readonly TypedRecord[]): Promise<void> | undefined;
  /** Reports lost records. `total` is the number so far. */
  lost(buffer: string, lost: bigint, total: bigint): void;
  print(line: TraceLine): Promise<void> | undefined;
  snapshot(snapshot: Snapshot): void;
  /** Shows a message that is not a result. */
  note(text: string): void;
  end(summary: Summary): void;
  /** Restores the terminal. */
  close(): void;
}
