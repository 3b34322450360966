export interface NativeLinker {
  /** Links several objects into one. */
  linkObjects(objects: readonly Uint8Array[]): Uint8Array;
}
