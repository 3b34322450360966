import type { Storable } from "../codec/index.ts";
import { KeyedMap } from "./keyed.ts";

/**
 * Entries by a key of any type. Most map types have this class.
 *
 * @since Linux 3.19; lru-hash: 4.10
 */
export class HashMap<K = unknown, V = unknown> extends KeyedMap<K, V, Storable<V>, Storable<K>> {}
