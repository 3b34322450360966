interface Common {
  /** Whether the option is required. */
  readonly required?: true;
  /** The first kernel version that supports the option, if later than the first version of the hook. */
  readonly since?: string;
}

/**
 * The kind of value of an option. All `link` functions share one check for each kind.
 */
export type HookOption = Common &
  (
    | {
        /**
         * - `flag`: true or false.
         * - `name`: text that is not empty and contains no NUL.
         * - `path`: the path of a file, not empty and without NUL.
         * - `pid`: a process or thread ID, from 1.
         * - `cpu`: the number of a CPU, from 0.
         * - `cookie`: 0 to 2^64-1, as a bigint or a safe integer.
         * - `offset`: 0 to 2^63-1 bytes, as a bigint or a safe integer.
         * - `address`: 0 to 2^64-1.
         * - `interface`: a network interface by name or index.
         * - `cgroup`: a folder, a path below the cgroup2 mount, or a file descriptor.
         * - `netns`: `self`, a file, or a process ID.
         * - `device`: the path of a character device, or a file descriptor.
         * - `socket`: a socket of Node.js or a file descriptor.
         * - `map`, `program`: a Map or Program of this package.
         * - `anchor`: a link, a program, the ID of either, or `all`.
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
        /** A number from `min` to `max`. Also accepts a bigint if `max` is a bigint. */
        readonly kind: "integer";
        readonly min: number;
        readonly max: number | bigint;
      }
    | {
        readonly kind: "word";
        readonly words: readonly string[];
      }
    | {
        /** A list. A list of numbers can be a BigUint64Array. */
        readonly kind: "list";
        readonly of: "name" | "cookie" | "offset" | "address";
      }
  );

/** A rule about a combination of options. */
export type OptionRule =
  /** Exactly one of the options. */
  | { readonly rule: "one"; readonly of: readonly string[] }
  /** At most one of the options. */
  | { readonly rule: "at-most-one"; readonly of: readonly string[] }
  /** At least one of the options. */
  | { readonly rule: "some"; readonly of: readonly string[] }
  /** `list` needs one of the options in `of`, and has one element for each element of that option. */
  | { readonly rule: "one-for-each"; readonly list: string; readonly of: readonly string[] };
