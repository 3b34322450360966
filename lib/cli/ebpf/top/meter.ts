import { ActivityMeter, Map as BpfMap, EbpfError, type ProgramActivity } from "../../../index.ts";

/** A program, with the memory of its maps. */
export interface TopProgram extends ProgramActivity {
  /** Bytes of kernel memory of the maps that the program uses. Maps can be shared. */
  mapMemory: number;
}

/** The number of measurements for which the memory of a map is reused: a query needs three system calls. */
const MEMORY_AGE = 5;

/** Measures all programs of the machine. */
export class TopMeter {
  readonly #meter = new ActivityMeter();
  #memory = new Map<number, number>();
  #age = 0;

  measure(): TopProgram[] {
    if (this.#age++ % MEMORY_AGE === 0) this.#memory = new Map();
    return this.#meter.measure().map((program) => ({
      ...program,
      mapMemory: program.mapIds.reduce((sum, id) => sum + this.#memoryOf(id), 0),
    }));
  }

  #memoryOf(id: number): number {
    let memory = this.#memory.get(id);
    if (memory === undefined) {
      memory = memoryOfMap(id);
      this.#memory.set(id, memory);
    }
    return memory;
  }
}

function memoryOfMap(id: number): number {
  try {
    using map = BpfMap.fromId(id);
    return map.info().memory;
  } catch (error) {
    // The map went away with its program.
    if (error instanceof EbpfError) return 0;
    throw error;
  }
}
