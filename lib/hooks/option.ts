interface Common {
  /** Set for an option that has no default. */
  readonly required?: true;
  /** The first Linux that takes the option, where that is later than the first of the hook. */
  readonly since?: string;
}

/**
 * What an option of a link call may be. One check reads these for all calls, so that a kind means the same
 * everywhere.
 */
export type HookOption = Common &
  (
    | {
        /**
         * - `flag`: true or false.
         * - `name`: text that is not empty and has no NUL.
         * - `path`: a file's path, not empty and without NUL.
         * - `pid`: a process or thread ID from 1.
         * - `cpu`: the number of a CPU from 0.
         * - `cookie`: 0 to 2^64-1, as bigint or exact number.
         * - `offset`: bytes from 0 to 2^63-1, as bigint or exact number.
         * - `address`: 0 to 2^64-1.
         * - `interface`: a network interface by name or index.
         * - `cgroup`: a folder, a path below the mount of cgroup2, or a descriptor.
         * - `netns`: `self`, a file, or the ID of a process.
         * - `device`: the path of a character device, or a descriptor.
         * - `socket`: a socket of Node or a descriptor.
         * - `map`, `program`: objects of this package.
         * - `anchor`: a link, a program, an ID of either, or `all`.
         * - `event`: a perf event.
         */
        readonly kind:
          | "flag"
          | "name"
          | "path"
          | "pid"
          | "cpu"
          | "cookie"
          | "offset"
          | "address"
          | "interface"
          | "cgroup"
          | "netns"
          | "device"
          | "socket"
          | "map"
          | "program"
          | "anchor"
          | "event";
      }
    | {
        /** A number from `min` to `max`; a bigint too where `max` is one. */
        readonly kind: "integer";
        readonly min: number;
        readonly max: number | bigint;
      }
    | {
        readonly kind: "word";
        readonly words: readonly string[];
      }
    | {
        /** A list; that of numbers may be a BigUint64Array. */
        readonly kind: "list";
        readonly of: "name" | "cookie" | "offset" | "address";
      }
  );

/** How options depend on each other. */
export type OptionRule =
  /** One of these, and no more. */
  | { readonly rule: "one"; readonly of: readonly string[] }
  /** None or one of these. */
  | { readonly rule: "at-most-one"; readonly of: readonly string[] }
  /** One of these or more. */
  | { readonly rule: "some"; readonly of: readonly string[] }
  /** A list that has one element for each element of another, and no use without. */
  | { readonly rule: "one-for-each"; readonly list: string; readonly of: readonly string[] };
