/** Where the context of a program type holds the bounds of the packet, and what they are called. */
export interface PacketFields {
  /** Offsets in the context. */
  readonly start: number;
  readonly end: number;
  readonly meta?: number;
  readonly startName: string;
  readonly endName: string;
  /** What lies between the bounds. */
  readonly what: string;
}

const packet = { startName: "data", endName: "data_end", what: "the packet" };
const xdp: PacketFields = { start: 0, end: 4, meta: 8, ...packet };
const skb: PacketFields = { start: 76, end: 80, meta: 140, ...packet };

const fields: Readonly<Record<string, PacketFields>> = {
  xdp,
  "sk-msg": { start: 0, end: 8, ...packet, what: "the message" },
  "sk-reuseport": { start: 0, end: 8, ...packet },
  "sock-ops": { start: 192, end: 200, startName: "skb_data", endName: "skb_data_end", what: "the packet" },
  "cgroup-sockopt": {
    start: 8,
    end: 16,
    startName: "optval",
    endName: "optval_end",
    what: "the option's value",
  },
};

/** @param type - A program type. Most types that read packets have struct __sk_buff as their context. */
export function packetFields(type: string): PacketFields {
  return fields[type] ?? skb;
}
