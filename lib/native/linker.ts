export interface NativeLinker {
  /** Makes one object of several. */
  linkObjects(objects: readonly Uint8Array[]): Uint8Array;
}
