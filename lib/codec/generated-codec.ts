const generated = new WeakSet<object>();

/** Marks a codec as written by bpf2ts. */
export function generatedCodec<C extends object>(codec: C): C {
  generated.add(codec);
  return codec;
}

/** Whether bpf2ts wrote it: then it does nothing to the memory that it reads. */
export function isGenerated(codec: object): boolean {
  return generated.has(codec);
}
