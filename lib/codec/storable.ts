/**
 * The key under which a generated type lists, in a property that no value has, what may be left out when storing: all
 * but one member of a union, a flexible array, what the kernel keeps for itself.
 */
export declare const omittable: unique symbol;

/**
 * What can be stored where `T` is read: the same, but that bytes may come in any array buffer view, text as bytes, and
 * of a union only the member that is meant.
 */
export type Storable<T> = unknown extends T
  ? T
  : T extends string
    ? T | ArrayBufferView
    : T extends ArrayBufferView
      ? ArrayBufferView
      : T extends number | bigint | boolean
        ? T
        : T extends readonly (infer Element)[]
          ? readonly Storable<Element>[]
          : typeof omittable extends keyof T
            ? StorableRecord<T, NonNullable<T[typeof omittable]>>
            : { [Field in keyof T]: Storable<T[Field]> };

type StorableRecord<T, Omittable> = {
  [Field in Exclude<keyof T, Omittable | typeof omittable>]: Storable<T[Field]>;
} & { [Field in keyof T & Omittable]?: Storable<T[Field]> };
