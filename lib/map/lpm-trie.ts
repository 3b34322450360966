import type { Storable } from "../codec/index.ts";
import { KeyedMap } from "./keyed.ts";

/**
 * A trie that finds the longest stored prefix of a key, for routes and access lists.
 *
 * `get`, `lookup` and `has` find the longest prefix that contains the key; `delete` and `update` need the exact key.
 * Keys with 4 or 16 bytes of data are networks as text: `"10.0.0.0/8"`, `"fd00::/8"`, or an address.
 *
 * @since Linux 4.11; iteration: 4.16
 */
export class LpmTrie<V, K = string> extends KeyedMap<K, V, Storable<V>> {}
