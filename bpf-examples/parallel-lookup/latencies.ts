// Counts of nanoseconds, in slots of at most 1/16 of their value.

const SLOTS = 16 * 40;

/** A histogram that is cheap to fill, to send to another thread, and to add up. */
export class Latencies {
  readonly counts: Uint32Array<ArrayBufferLike>;

  constructor(counts: Uint32Array<ArrayBufferLike> = new Uint32Array(SLOTS)) {
    this.counts = counts;
  }

  add(nanoseconds: number): void {
    const slot = Math.min(slotOf(nanoseconds), SLOTS - 1);
    this.counts[slot] = (this.counts[slot] as number) + 1;
  }

  addAll(other: Latencies): void {
    for (const [slot, count] of other.counts.entries())
      this.counts[slot] = (this.counts[slot] as number) + count;
  }

  /** Nanoseconds that this share of the counted ones does not exceed; undefined when nothing was counted. */
  percentile(percent: number): number | undefined {
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    let wanted = (percent / 100) * total;
    for (const [slot, count] of this.counts.entries()) {
      wanted -= count;
      if (count > 0 && wanted <= 0) return largestIn(slot);
    }
    return undefined;
  }
}

/** 0 to 31 have a slot each; from there on, each power of two has 16. */
function slotOf(nanoseconds: number): number {
  const value = Math.round(nanoseconds);
  if (value < 32) return Math.max(0, value);
  const power = Math.floor(Math.log2(value));
  return (power - 3) * 16 + Math.floor(value / 2 ** (power - 4)) - 16;
}

function largestIn(slot: number): number {
  if (slot < 32) return slot;
  const power = Math.floor(slot / 16) + 3;
  return (16 + (slot % 16) + 1) * 2 ** (power - 4) - 1;
}
