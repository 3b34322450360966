import { describe, expect, test } from "vitest";
import { Map as BpfMap, cidr4, cidr6, EncodeError, LpmTrie, lpmKey } from "../../lib/index.ts";

describe("lpm-trie", () => {
  test("finds the longest prefix of an IPv4 address", () => {
    using trie = BpfMap.create({
      type: "lpm-trie",
      name: "routes",
      key: cidr4,
      value: "u32",
      maxEntries: 100,
    });
    expect(trie).toBeInstanceOf(LpmTrie);
    trie.set("0.0.0.0/0", 1).set("10.0.0.0/8", 2).set("10.1.0.0/16", 3).set("10.1.2.3", 4);
    expect(trie.get("8.8.8.8")).toBe(1);
    expect(trie.get("10.200.0.1")).toBe(2);
    expect(trie.get("10.1.9.9")).toBe(3);
    expect(trie.get("10.1.2.3/32")).toBe(4);
    expect(new Set(trie.keys())).toEqual(new Set(["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32"]));
    // Bits after the prefix do not change the key.
    trie.set("10.255.255.255/8", 20);
    expect(trie.get("10.200.0.1")).toBe(20);
    expect(trie.delete("10.0.0.0/8")).toBe(true);
    expect(trie.get("10.200.0.1")).toBe(1);
    expect(trie.delete("10.0.0.0/8")).toBe(false);
  });

  test("formats IPv6 networks in the canonical form", () => {
    using trie = BpfMap.create({ type: "lpm-trie", key: cidr6, value: "u32", maxEntries: 100 });
    const forms = {
      "::/0": "::/0",
      "::1": "::1/128",
      "2001:DB8::/32": "2001:db8::/32",
      "2001:db8:0:0:1:0:0:1/128": "2001:db8::1:0:0:1/128",
      "::ffff:10.0.0.1/128": "::ffff:a00:1/128",
      "1:2:3:4:5:6:7:8": "1:2:3:4:5:6:7:8/128",
      "fe80::1/10": "fe80::/10",
      "1:0:2:0:3:0:4:0/128": "1:0:2:0:3:0:4:0/128",
    };
    for (const text of Object.keys(forms)) trie.set(text, 1);
    expect(new Set(trie.keys())).toEqual(new Set(Object.values(forms)));
  });

  test("rejects text that is not a network", () => {
    using four = BpfMap.create({ type: "lpm-trie", name: "four", key: cidr4, value: "u32", maxEntries: 10 });
    for (const text of [
      "",
      "10.0.0",
      "10.0.0.256",
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "a.b.c.d",
      "::1",
      "10.0.0.0/8/8",
      " 10.0.0.1",
    ]) {
      expect(() => four.get(text), text).toThrow(EncodeError);
    }
    expect(() => four.get(5 as never)).toThrow('key of map "four": expected an IPv4 network');
    using six = BpfMap.create({ type: "lpm-trie", key: cidr6, value: "u32", maxEntries: 10 });
    for (const text of [
      "",
      ":",
      ":::",
      "1:2:3:4:5:6:7",
      "1::2::3",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4::5:6:7:8",
      "g::",
      "::1/129",
      "10.0.0.1",
      "12345::",
      "::1.2.3",
    ]) {
      expect(() => six.get(text), text).toThrow(EncodeError);
    }
  });

  test("supports prefixes of other data", () => {
    using trie = BpfMap.create({ type: "lpm-trie", key: lpmKey(2), value: "u32", maxEntries: 10 });
    trie.set({ prefixLength: 9, data: Uint8Array.of(0xff, 0x80) }, 1);
    expect(trie.get({ prefixLength: 16, data: Uint8Array.of(0xff, 0xff) })).toBe(1);
    expect(trie.get({ prefixLength: 16, data: Uint8Array.of(0xff, 0x7f) })).toBeUndefined();
    expect([...trie.keys()]).toEqual([{ prefixLength: 9, data: Uint8Array.of(0xff, 0x80) }]);
    expect(() => trie.set({ prefixLength: 17, data: new Uint8Array(2) }, 1)).toThrow(EncodeError);
    expect(() => trie.set({ prefixLength: 1, data: new Uint8Array(3) }, 1)).toThrow(EncodeError);
    expect(() => trie.set(undefined as never, 1)).toThrow(EncodeError);
  });
});
