/**
 * The key under which a generated type lists, in a property that no value has, what may be left out when storing: all
 * but one member of a union, a flexible array, what the kernel keeps for itself.
 */
export declare const omittable: unique symbol;

/**
 * What can be stored where `T` is read: a `T`, and whatever else says the same. An integer may be given as `number` or
 * `bigint`, as long as it is exact; text as bytes; bytes in any array buffer view, or as numbers; numbers in a typed
 * array; of a union only the member that is meant.
 *
 * A codec that you wrote is handed what is stored as it was given.
 */
export type Storable<T> = T | Other<T>;

type Other<T> = unknown extends T
  ? T
  : T extends string
    ? ArrayBufferView
    : T extends ArrayBufferView
      ? ArrayBufferView | readonly number[]
      : T extends number | bigint
        ? number | bigint
        : T extends boolean
          ? T
          : T extends readonly (infer Element)[]
            ? readonly Storable<Element>[] | Packed<Element>
            : typeof omittable extends keyof T
              ? StorableRecord<T, NonNullable<T[typeof omittable]>>
              : { [Field in keyof T]: Storable<T[Field]> };

type StorableRecord<T, Omittable> = {
  [Field in Exclude<keyof T, Omittable | typeof omittable>]: Storable<T[Field]>;
} & { [Field in keyof T & Omittable]?: Storable<T[Field]> };

/** Numbers side by side in memory. */
type Packed<Element> = [Element] extends [number | bigint] ? TypedArray : never;

type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;
