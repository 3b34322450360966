import type { Codec } from "./codec.ts";
import { rootPath } from "./emit/value-code.ts";
import {
  type Field,
  fieldsOf,
  isLittle,
  isNumber,
  type Layout,
  type Member,
  type RecordLayout,
} from "./layout.ts";
import { hasFields, namingWriter } from "./naming-writer.ts";
import * as parts from "./parts/index.ts";
import { at, type Path } from "./parts/index.ts";
import type { Step } from "./parts/value-path.ts";

type Read = (view: DataView, offset: number, end?: number) => unknown;
type Write = (view: DataView, offset: number, value: unknown, path: Path, step?: Step) => void;

const addressReaders = { ipv4: parts.readIPv4, ipv6: parts.readIPv6, mac: parts.readMac };
const addressWriters = { ipv4: parts.writeIPv4, ipv6: parts.writeIPv6, mac: parts.writeMac };

/**
 * Returns a codec composed of closures, for environments that forbid compiling strings. It is slower than that of
 * `compile-codec.ts`, otherwise the same.
 */
export function composeCodec(layout: Layout, littleEndian: boolean): Codec<unknown> {
  const composer = new Composer(littleEndian);
  const root = rootPath(layout);
  let write: Write | undefined;
  let read: Read | undefined;
  const codec: Codec<unknown> = {
    size: layout.size,
    name: layout.name,
    read(view, offset, end) {
      read ??= composer.reader(layout);
      return read(view, offset, end);
    },
    write(view, offset, value) {
      write ??= composer.writer(layout);
      write(view, offset, value, root);
    },
  };
  if (hasFields(layout)) codec.write = namingWriter(codec.write, codec);
  return codec;
}

class Composer {
  readonly #little: boolean;
  readonly #readers = new Map<Layout, Read>();
  readonly #writers = new Map<Layout, Write>();

  constructor(littleEndian: boolean) {
    this.#little = littleEndian;
  }

  reader(layout: Layout): Read {
    let read = this.#readers.get(layout);
    if (read === undefined) {
      read = this.#makeReader(layout);
      this.#readers.set(layout, read);
    }
    return read;
  }

  writer(layout: Layout): Write {
    let write = this.#writers.get(layout);
    if (write === undefined) {
      write = this.#makeWriter(layout);
      this.#writers.set(layout, write);
    }
    return write;
  }

  #makeReader(layout: Layout): Read {
    const little = this.#little;
    switch (layout.kind) {
      case "int":
        return readInteger(layout.size, layout.signed, isLittle(layout.order, little));
      case "enum":
        return readInteger(layout.size, layout.signed, little);
      case "bool": {
        const read = readInteger(layout.size, false, little);
        return (view, offset) => Boolean(read(view, offset));
      }
      case "float":
        return layout.size === 4
          ? (view, offset) => view.getFloat32(offset, little)
          : (view, offset) => view.getFloat64(offset, little);
      case "chars":
      case "bytes": {
        const read = layout.kind === "chars" ? parts.readString : parts.readBytes;
        const { size, tail } = layout;
        return (view, offset, end) => read(view, offset, tail ? parts.tailLength(end, offset, 1) : size);
      }
      case "meant": {
        if (layout.meaning !== "ktime") return addressReaders[layout.meaning];
        const order = isLittle(layout.order, little);
        return (view, offset) => parts.readKtime(view, offset, order);
      }
      case "array": {
        const { length, tail } = layout;
        const stride = layout.element.size;
        const read = this.reader(layout.element);
        return (view, offset, end) => {
          const count = tail ? parts.tailLength(end, offset, stride) : length;
          const items = new Array<unknown>(count);
          for (let i = 0; i < count; i++) items[i] = read(view, offset + i * stride);
          return items;
        };
      }
      case "record": {
        const fields = [...fieldsOf(layout.members)].map((field) => ({
          name: field.name,
          offset: field.offset,
          read: this.#fieldReader(field),
        }));
        return (view, offset, end) => readFields(fields, view, offset, end);
      }
      case "foreign": {
        const { codec } = layout;
        return (view, offset) => codec.read(view, offset);
      }
    }
  }

  #fieldReader({ layout, bits }: Field): Read {
    if (bits === undefined) return this.reader(layout);
    const { shift, width } = bits;
    const signed = "signed" in layout && layout.signed;
    const asNumber = (layout.kind === "int" || layout.kind === "enum") && isNumber(layout);
    return (view, offset) => {
      const raw = parts.readBits(view, offset, shift, width, this.#little);
      if (layout.kind === "bool") return raw !== 0n;
      const value = signed ? BigInt.asIntN(width, raw) : raw;
      return asNumber ? Number(value) : value;
    };
  }

  #makeWriter(layout: Layout): Write {
    const little = this.#little;
    switch (layout.kind) {
      case "int":
        return writeInteger(layout.size, layout.signed, isLittle(layout.order, little));
      case "enum":
        return writeInteger(layout.size, layout.signed, little);
      case "bool": {
        const write = writeInteger(layout.size, false, little);
        return (view, offset, value, path, step) =>
          write(view, offset, parts.asBool(value, path, step), path, step);
      }
      case "float":
        return layout.size === 4
          ? (view, offset, value, path, step) =>
              view.setFloat32(offset, parts.asFloat(value, path, step), little)
          : (view, offset, value, path, step) =>
              view.setFloat64(offset, parts.asFloat(value, path, step), little);
      case "chars":
      case "bytes": {
        if (layout.tail) return this.#tailWriter({ kind: "int", size: 1, signed: false, name: "u8" });
        const { size } = layout;
        const write = layout.kind === "chars" ? parts.writeString : parts.writeBytes;
        return (view, offset, value, path, step) => write(view, offset, size, value, path, step);
      }
      case "meant": {
        if (layout.meaning !== "ktime") return addressWriters[layout.meaning];
        const order = isLittle(layout.order, little);
        return (view, offset, value, path, step) => parts.writeKtime(view, offset, order, value, path, step);
      }
      case "array": {
        if (layout.tail) return this.#tailWriter(layout.element);
        const { length, element } = layout;
        const write = this.#itemsWriter(element);
        return (view, offset, value, path, step) => {
          const here = step === undefined ? path : at(path, step);
          write(view, offset, parts.asItems(value, length, element.name, here), here);
        };
      }
      case "record":
        return this.#recordWriter(layout);
      case "foreign": {
        const { codec } = layout;
        return (view, offset, value) => codec.write(view, offset, value as never);
      }
    }
  }

  #itemsWriter(
    element: Layout,
  ): (view: DataView, offset: number, items: ArrayLike<unknown>, path: Path) => void {
    const write = this.writer(element);
    const stride = element.size;
    return (view, offset, items, path) => {
      for (let i = 0; i < items.length; i++) write(view, offset + i * stride, items[i], path, i);
    };
  }

  #tailWriter(element: Layout): Write {
    const write = this.#itemsWriter(element);
    return (view, offset, value, path, step) => {
      const here = step === undefined ? path : at(path, step);
      write(view, offset, parts.asTail(value, view, offset, element.size, element.name, here), here);
    };
  }

  #recordWriter(layout: RecordLayout): Write {
    const { size, name } = layout;
    const store = this.#membersWriter(layout.members, layout);
    return (view, offset, value, path, step) => {
      const here = step === undefined ? path : at(path, step);
      parts.checkRecord(value, name, here);
      parts.zero(view, offset, size);
      store(view, offset, value as Record<string, unknown>, here);
    };
  }

  #membersWriter(members: readonly Member[], record: RecordLayout) {
    const writers = members.map((member) => this.#memberWriter(member, record));
    return (view: DataView, offset: number, value: Record<string, unknown>, path: Path): void => {
      for (const write of writers) write(view, offset, value, path);
    };
  }

  #memberWriter(
    member: Member,
    record: RecordLayout,
  ): (view: DataView, offset: number, value: Record<string, unknown>, path: Path) => void {
    const little = this.#little;
    if (member.kind === "overlay") {
      const alternatives = member.alternatives.map((members): parts.Alternative<Record<string, unknown>> => {
        const fields = [...fieldsOf(members)].map((field) => ({
          name: field.name,
          offset: field.offset,
          read: this.#fieldReader(field),
          layout: field.layout,
        }));
        return {
          fields: fields.filter(({ layout }) => layout.size > 0).map(({ name }) => name),
          read: (view, offset) => readFields(fields, view, offset),
          write: this.#membersWriter(members, record),
        };
      });
      const { offset: start, size } = member;
      return (view, offset, value, path) =>
        parts.writeOverlay(view, offset, start, size, value, alternatives, record.name, path);
    }
    const { name, offset: start, layout, bits, kept } = member;
    if (bits !== undefined) {
      const { shift, width } = bits;
      const signed = "signed" in layout && layout.signed;
      return (view, offset, value, path) => {
        const integer =
          layout.kind === "bool"
            ? BigInt(parts.asBool(value[name], path, name))
            : parts.asBits(value[name], width, signed, path, name);
        parts.writeBits(view, offset + start, shift, width, integer, little);
      };
    }
    const write = this.writer(layout);
    return (view, offset, value, path) => {
      if (kept && value[name] === undefined) return;
      write(view, offset + start, value[name], path, name);
    };
  }
}

interface FieldReader {
  name: string;
  offset: number;
  read: Read;
}

function readFields(fields: readonly FieldReader[], view: DataView, offset: number, end?: number): object {
  const value: Record<string, unknown> = {};
  for (const field of fields) {
    const item = field.read(view, offset + field.offset, end);
    if (field.name === "__proto__")
      Object.defineProperty(value, field.name, {
        value: item,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    else value[field.name] = item;
  }
  return value;
}

function readInteger(
  size: number,
  signed: boolean,
  little: boolean,
): (view: DataView, offset: number) => number | bigint {
  switch (size) {
    case 1:
      return signed ? (view, offset) => view.getInt8(offset) : (view, offset) => view.getUint8(offset);
    case 2:
      return signed
        ? (view, offset) => view.getInt16(offset, little)
        : (view, offset) => view.getUint16(offset, little);
    case 4:
      return signed
        ? (view, offset) => view.getInt32(offset, little)
        : (view, offset) => view.getUint32(offset, little);
    case 8:
      return signed
        ? (view, offset) => view.getBigInt64(offset, little)
        : (view, offset) => view.getBigUint64(offset, little);
    default: {
      const read = signed ? parts.readI128 : parts.readU128;
      return (view, offset) => read(view, offset, little);
    }
  }
}

function writeInteger(size: number, signed: boolean, little: boolean): Write {
  switch (size) {
    case 1: {
      const check = signed ? parts.asI8 : parts.asU8;
      return (view, offset, value, path, step) => view.setUint8(offset, check(value, path, step));
    }
    case 2: {
      const check = signed ? parts.asI16 : parts.asU16;
      return (view, offset, value, path, step) => view.setUint16(offset, check(value, path, step), little);
    }
    case 4: {
      const check = signed ? parts.asI32 : parts.asU32;
      return (view, offset, value, path, step) => view.setUint32(offset, check(value, path, step), little);
    }
    case 8: {
      const check = signed ? parts.asI64 : parts.asU64;
      return (view, offset, value, path, step) => view.setBigUint64(offset, check(value, path, step), little);
    }
    default: {
      const check = signed ? parts.asI128 : parts.asU128;
      return (view, offset, value, path, step) =>
        parts.write128(view, offset, check(value, path, step), little);
    }
  }
}
