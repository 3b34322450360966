// Puts five maps of different sizes into another map, and reads them back out of it.
import { BpfMap } from "ebpf";

using template = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 8 });
using outer = BpfMap.create({ type: "array-of-maps", maxEntries: 5, inner: template });
for (const index of Array(5).keys()) {
  using inner = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 8 });
  for (const key of Array(index + 1).keys()) inner.set(key, 0xcafe);
  outer.set(index, inner); // the outer map keeps the inner one after it is closed here
}
for (const [index, inner] of outer) {
  using map = inner;
  console.log(`${index}: map ${map.id} with ${[...map].length} entries`);
}
