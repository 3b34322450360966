// From a condition to BPF instructions.
import { asm } from "ebpf";
import type { Condition, Direction } from "./condition.ts";

// The use of registers and stack slots, across all calls.
const packet = asm.r6;
/** 4 or 6; another number for packets that are not IP. */
const version = asm.r7;
const protocol = asm.r8;
/** Where the header of TCP or UDP begins; 0 when it is not in this packet. */
const transport = asm.r9;

// BPF_HDR_START_NET: offsets count from the IP header, whatever is in front of it.
const FROM_NETWORK_HEADER = 1;

/** The next header of a fragment of IPv6. */
const FRAGMENT = 44;

/** Where struct __sk_buff has the protocol of the packet, in network byte order. */
const PROTOCOL = 16;

/**
 * A program that calls `counter` for a packet that meets the condition.
 *
 * @param matched - What a matching packet does, ending with `exit`.
 * @param other - The same for any other.
 */
export function compile(condition: Condition, matched: asm.Item[], other: asm.Item[]): asm.Item[] {
  const compiler = new Compiler();
  return [
    asm.mov(packet, asm.r1),
    ...header(),
    ...compiler.test(condition, "matched", "other"),
    asm.label("matched"),
    ...matched,
    asm.label("other"),
    ...other,
  ];
}

/** Loads bytes of the packet into r0, in host byte order; jumps when it is shorter. */
function field(size: "u8" | "u16" | "u32", at: number | typeof transport, no: string, plus = 0): asm.Item[] {
  const bytes = { u8: 1, u16: 2, u32: 4 }[size];
  return [
    asm.mov(asm.r1, packet),
    asm.mov(asm.r2, at),
    asm.add(asm.r2, plus),
    asm.mov(asm.r3, asm.fp),
    asm.add(asm.r3, -4),
    asm.mov(asm.r4, bytes),
    asm.mov(asm.r5, FROM_NETWORK_HEADER),
    asm.call("skb_load_bytes_relative"),
    asm.jne(asm.r0, 0, no),
    asm.load(size, asm.r0, asm.fp, -4),
    ...(bytes === 1 ? [] : [asm.be(asm.r0, bytes === 2 ? 16 : 32)]),
  ];
}

/** Fills the registers from the IP header. */
function header(): asm.Item[] {
  return [
    asm.mov(version, 0),
    asm.mov(protocol, 0),
    asm.mov(transport, 0),
    // Not by the first byte: other protocols can have any there.
    asm.load("u32", asm.r0, packet, PROTOCOL),
    asm.be(asm.r0, 16),
    asm.jeq(asm.r0, 0x86dd, "ip6"),
    asm.jne(asm.r0, 0x0800, "ready"),
    asm.mov(version, 4),
    ...field("u8", 0, "other"),
    // The length of an IPv4 header is in words of four bytes.
    asm.mov(transport, asm.r0),
    asm.and(transport, 0xf),
    asm.lsh(transport, 2),
    ...field("u8", 9, "other"),
    asm.mov(protocol, asm.r0),
    // Only the first fragment has the ports.
    ...field("u16", 6, "other"),
    asm.and(asm.r0, 0x1fff),
    asm.jeq(asm.r0, 0, "ready"),
    asm.mov(transport, 0),
    asm.ja("ready"),
    asm.label("ip6"),
    asm.mov(version, 6),
    ...field("u8", 6, "other"),
    asm.mov(protocol, asm.r0),
    asm.mov(transport, 40),
    asm.jne(protocol, FRAGMENT, "ready"),
    // The protocol of a fragment is behind its header; its ports are not looked for.
    asm.mov(transport, 0),
    ...field("u8", 40, "other"),
    asm.mov(protocol, asm.r0),
    asm.label("ready"),
  ];
}

class Compiler {
  #labels = 0;

  #label(): string {
    return `next${this.#labels++}`;
  }

  /** Instructions that jump to one label or the other. */
  test(condition: Condition, yes: string, no: string): asm.Item[] {
    switch (condition.kind) {
      case "not":
        return this.test(condition.of, no, yes);
      case "and": {
        const next = this.#label();
        return [
          ...this.test(condition.left, next, no),
          asm.label(next),
          ...this.test(condition.right, yes, no),
        ];
      }
      case "or": {
        const next = this.#label();
        return [
          ...this.test(condition.left, yes, next),
          asm.label(next),
          ...this.test(condition.right, yes, no),
        ];
      }
      case "version":
        return [asm.jeq(version, condition.version, yes), asm.ja(no)];
      case "protocol":
        return [
          ...(condition.version === undefined ? [] : [asm.jne(version, condition.version, no)]),
          asm.jeq(protocol, condition.protocol, yes),
          asm.ja(no),
        ];
      case "port": {
        const known = this.#label();
        return [
          asm.jeq(transport, 0, no),
          ...condition.protocols.map((each) => asm.jeq(protocol, each, known)),
          asm.ja(no),
          asm.label(known),
          ...condition.directions.flatMap((direction) => [
            ...field("u16", transport, no, direction === "src" ? 0 : 2),
            asm.jeq(asm.r0, condition.port, yes),
          ]),
          asm.ja(no),
        ];
      }
      case "net":
        return [
          asm.jne(version, 4, no),
          ...condition.directions.flatMap((direction) => this.#net(condition, direction, yes, no)),
          asm.ja(no),
        ];
    }
  }

  #net(
    { address, bits }: { address: number; bits: number },
    direction: Direction,
    yes: string,
    no: string,
  ): asm.Item[] {
    const mask = bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
    return [
      ...field("u32", direction === "src" ? 12 : 16, no),
      asm.and(asm.w0, mask),
      asm.jeq(asm.w0, ((address & mask) >>> 0) | 0, yes),
    ];
  }
}
