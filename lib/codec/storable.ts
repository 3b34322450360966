/**
 * The key of a property, which no value has, that lists the optional fields of a generated type when storing: all but
 * one member of a union, a flexible array, fields that the kernel manages.
 */
export declare const omittable: unique symbol;

/**
 * The values that can be stored as a `T`: a `T`, and other exact forms. An integer can be a `number` or a `bigint`,
 * text can be bytes, a time can be a Date or a bigint, bytes can be any array buffer view or numbers, numbers can be a typed array, and a union can have
 * only one member.
 *
 * A user-defined codec receives the stored value unchanged.
 */
export type Storable<T> = T | Other<T>;

type Other<T> = unknown extends T
  ? T
  : T extends string
    ? ArrayBufferView
    : T extends Date
      ? Date | bigint
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

/** Contiguous numbers in memory. */
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
