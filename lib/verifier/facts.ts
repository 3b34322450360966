/** Facts about the program from sources other than the log. */
export interface ProgramFacts {
  readonly name: string;
  /** `xdp`, `sched-cls`, … */
  readonly type: string;
  /** The name in `SEC("…")`. */
  readonly section: string;
}

/** Queries about the object and the machine, for facts that the log does not contain. Every result may be undefined. */
export interface Facts {
  readonly program: ProgramFacts;
  /** The reason why a helper may not be called: the program type, the kernel version, or lockdown. */
  helperRefusal?(name: string): string | undefined;
  /** `CAP_PERFMON is missing: …`, when it is. */
  missingPerfmon?(): string | undefined;
  /** The name of a helper by its number. */
  helperName?(number: number): string | undefined;
  /** The kernel's name for a type of map, by its number. */
  mapTypeName?(number: number): string | undefined;
  /** The type of a map of the object: `percpu-array`. */
  mapType?(name: string): string | undefined;
  /**
   * The first field of a path that the kernel's types do not have, with the most similar fields; the struct itself if
   * `field` is undefined. Undefined if the kernel has the field.
   */
  missingField?(
    struct: string,
    path: readonly string[],
  ): { field?: string; nearest: readonly string[] } | undefined;
  /** Whether the kernel's BTF has a function. */
  hasFunction?(name: string): boolean | undefined;
  /** The structs in the value of a map that the kernel manages: `bpf_timer`. */
  keptFields?(map: string): readonly string[];
  /** What a `__contains()` of the object names, and the types of the object do not have. */
  missingNode?(): string | undefined;
  /** The errno with which the kernel refused the BTF of a map. libbpf then created the map without BTF. */
  madeWithoutBtf?(map: string): string | undefined;
  /** The file with the kernel's types, if libbpf used one instead of the BTF of the kernel and its modules. */
  readonly btfFile?: string | undefined;
  /** The kernel that runs: `6.18`. */
  readonly kernel?: string | undefined;
}
