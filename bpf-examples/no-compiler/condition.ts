// Conditions on packets, as tcpdump has them: `tcp dst port 443 or icmp`, `not (src net 10.0.0.0/8)`.

export type Direction = "src" | "dst";

export type Condition =
  | { kind: "and" | "or"; left: Condition; right: Condition }
  | { kind: "not"; of: Condition }
  | { kind: "version"; version: 4 | 6 }
  | { kind: "protocol"; protocol: number; version: 4 | 6 | undefined }
  | { kind: "port"; protocols: readonly number[]; directions: readonly Direction[]; port: number }
  | { kind: "net"; directions: readonly Direction[]; address: number; bits: number };

const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmp6: 58 };
/** The protocols with ports: TCP, UDP and SCTP. */
const withPorts = [6, 17, 132];
/** The protocols of one version of IP. */
const versions: Readonly<Record<string, 4 | 6>> = { icmp: 4, icmp6: 6 };
const both: readonly Direction[] = ["src", "dst"];

/** Reads a condition: `or` binds less than `and`, which binds less than `not`. */
export function parseCondition(text: string): Condition {
  const words = text.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const peek = (): string => words[at] ?? "";
  const next = (): string => words[at++] ?? "";
  const takes = (word: string): boolean => peek() === word && ++at > 0;

  const parseOr = (): Condition => {
    let left = parseAnd();
    while (takes("or")) left = { kind: "or", left, right: parseAnd() };
    return left;
  };
  const parseAnd = (): Condition => {
    let left = parseNot();
    while (takes("and")) left = { kind: "and", left, right: parseNot() };
    return left;
  };
  const parseNot = (): Condition => {
    if (takes("not")) return { kind: "not", of: parseNot() };
    if (!takes("(")) return parsePrimitive();
    const inner = parseOr();
    if (!takes(")")) throw new Error(`condition: expected ")", received "${peek()}"`);
    return inner;
  };
  const parsePrimitive = (): Condition => {
    if (takes("ip")) return { kind: "version", version: 4 };
    if (takes("ip6")) return { kind: "version", version: 6 };
    const name = peek();
    const protocol = Object.hasOwn(protocols, name) ? protocols[name] : undefined;
    if (protocol !== undefined) at++;
    const directions: readonly Direction[] = takes("src") ? ["src"] : takes("dst") ? ["dst"] : both;
    if (takes("port")) {
      if (protocol === protocols.icmp || protocol === protocols.icmp6) {
        throw new Error(`condition: ${name} has no ports`);
      }
      const port = numberIn(next(), 65535, "a port");
      return { kind: "port", protocols: protocol === undefined ? withPorts : [protocol], directions, port };
    }
    if (protocol !== undefined && directions === both)
      return { kind: "protocol", protocol, version: versions[name] };
    if (takes("host")) return { kind: "net", directions, address: addressOf(next()), bits: 32 };
    if (takes("net")) {
      const [address = "", bits = ""] = next().split("/");
      return {
        kind: "net",
        directions,
        address: addressOf(address),
        bits: numberIn(bits, 32, "a prefix length"),
      };
    }
    throw new Error(
      `condition: expected ip, ip6, icmp, icmp6, tcp, udp, port, host or net, received "${peek()}"`,
    );
  };

  const condition = parseOr();
  if (at < words.length) throw new Error(`condition: expected "and" or "or", received "${peek()}"`);
  return condition;
}

function numberIn(text: string, most: number, what: string): number {
  if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(`condition: expected ${what} from 0 to ${most}, received "${text}"`);
}

function addressOf(text: string): number {
  const parts = text.split(".");
  if (parts.length !== 4) throw new Error(`condition: expected an IPv4 address, received "${text}"`);
  return parts.reduce((address, part) => address * 256 + numberIn(part, 255, "a byte of an address"), 0);
}
