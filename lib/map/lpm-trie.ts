import type { Storable } from "../codec/index.ts";
import { KeyedMap } from "./keyed.ts";

/**
 * A trie that finds the longest stored prefix of a key: routes, access lists. Linux 4.11; going through it, 4.16.
 *
 * `get`, `lookup` and `has` answer for the longest prefix that the key lies in; `delete` and `update` are for that key
 * alone. Keys of 4 and of 16 bytes of data are networks as text: `"10.0.0.0/8"`, `"fd00::/8"`, or an address.
 */
export class LpmTrie<V, K = string> extends KeyedMap<K, V, Storable<V>> {}
