import type { BtfKind } from "./types.ts";

/** BTF_KIND_* of the kernel's uapi/linux/btf.h, by number. */
export const kindNames = [
  "void",
  "int",
  "ptr",
  "array",
  "struct",
  "union",
  "enum",
  "fwd",
  "typedef",
  "volatile",
  "const",
  "restrict",
  "func",
  "func-proto",
  "var",
  "datasec",
  "float",
  "decl-tag",
  "type-tag",
  "enum64",
] as const satisfies readonly BtfKind[];

/** The number of each kind. A literal, since it is read for every type. */
export const kindNumbers = {
  void: 0,
  int: 1,
  ptr: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  fwd: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  func: 12,
  "func-proto": 13,
  var: 14,
  datasec: 15,
  float: 16,
  "decl-tag": 17,
  "type-tag": 18,
  enum64: 19,
} as const satisfies Record<(typeof kindNames)[number], number>;

/** The number of 32-bit words after the three common words, per type and per element. */
export const kindWords: readonly (readonly [fixed: number, perElement: number])[] = [
  [0, 0], // void, not to be found in a type section
  [1, 0], // int: encoding
  [0, 0], // ptr
  [3, 0], // array: type, index type, length
  [0, 3], // struct: members of name, type, offset
  [0, 3], // union
  [0, 2], // enum: name, value
  [0, 0], // fwd
  [0, 0], // typedef
  [0, 0], // volatile
  [0, 0], // const
  [0, 0], // restrict
  [0, 0], // func; its vlen is the linkage
  [0, 2], // func-proto: name, type
  [1, 0], // var: linkage
  [0, 3], // datasec: type, offset, size
  [0, 0], // float
  [1, 0], // decl-tag: component
  [0, 0], // type-tag
  [0, 3], // enum64: name, low word, high word
];
