import { generate } from "../../lib/codegen/generate.ts";
import { Collection } from "../../lib/collection/collection.ts";
import { EbpfError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import type { Variable } from "../../lib/variable/variable.ts";

interface Names {
  maps: string[];
  programs: string[];
  variables: string[];
}

/**
 * Compares what the spec, a generated loader and a loaded collection say about an object, and writes every variable
 * and reads it back. Programs are loaded only when asked for, since most need a kernel of their own.
 *
 * @returns What differs, and why it was not loaded.
 */
export function sweep(
  bytes: Uint8Array,
  name: string,
  withPrograms: boolean,
): { faults: string[]; refused: string | undefined } {
  const faults: string[] = [];
  const compare = (what: string, found: unknown, expected: unknown): void => {
    const [a, b] = [found, expected].map((value) =>
      JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}n` : v)),
    );
    if (a !== b) faults.push(`${name}: ${what}: ${a} is not ${b}`);
  };
  let spec: ObjectSpec;
  try {
    spec = ObjectSpec.fromBytes<ObjectSpec>(bytes, { name });
  } catch (error) {
    // libbpf does not accept the objects of cilium/ebpf's own tests.
    return { faults, refused: messageOf(error) };
  }
  compare("generated names", generatedNames(spec), {
    maps: Object.keys(spec.maps),
    programs: Object.keys(spec.programs),
    variables: Object.keys(spec.variables),
  });
  for (const map of Object.values(spec.maps)) map.pinning = "none";
  if (!withPrograms) for (const program of Object.values(spec.programs)) program.autoload = false;
  let coll: Collection;
  try {
    coll = Collection.loadSync(spec);
  } catch (error) {
    return { faults, refused: messageOf(error) };
  }
  using loaded = coll;
  const created = Object.values(spec.maps).filter(({ autocreate }) => autocreate);
  compare(
    "live maps",
    Object.keys(loaded.maps),
    created.map((map) => map.name),
  );
  if (withPrograms) {
    const programs = Object.values(spec.programs).filter(({ autoload }) => autoload);
    compare(
      "live programs",
      Object.keys(loaded.programs),
      programs.map((program) => program.name),
    );
  }
  const expected = Object.values(spec.variables).filter(({ map }) => spec.maps[map]?.autocreate);
  compare(
    "live variables",
    Object.keys(loaded.variables),
    expected.map((variable) => variable.name),
  );
  for (const variable of expected) {
    const live = loaded.variables[variable.name];
    if (live === undefined) continue;
    const map = loaded.maps[variable.map];
    if (map?.type === "array" && !map.flags.includes("mmapable")) {
      const refusal = 'section ".+" cannot be accessed: it is not mapped';
      compare(`access to ${variable.name}`, RegExp(refusal).test(refusalOf(() => live.bytes)), true);
      continue;
    }
    if (variable.section !== ".kconfig") {
      compare(`bytes of ${variable.name}`, [...live.bytes], [...variable.bytes]);
      if (variable.type !== undefined) compare(`value of ${variable.name}`, live.value, variable.value);
    }
    if (!live.constant) writeBack(live, variable.type !== undefined, compare);
  }
  return { faults, refused: undefined };
}

function refusalOf(access: () => unknown): string {
  try {
    access();
    return "";
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof EbpfError)) throw error;
  return error.message;
}

function writeBack(
  live: Variable,
  isTyped: boolean,
  compare: (what: string, found: unknown, expected: unknown) => void,
): void {
  const before = live.bytes;
  const inverted = before.map((byte) => byte ^ 0xff);
  live.bytes = inverted;
  compare(`${live.name} inverted`, [...live.bytes], [...inverted]);
  live.bytes = before;
  compare(`${live.name} written back`, [...live.bytes], [...before]);
  if (!isTyped) return;
  const { value } = live;
  // A string cannot carry what follows its NUL.
  if (typeof value === "string" && before.subarray(Buffer.byteLength(value)).some((byte) => byte !== 0))
    return;
  live.value = value as never;
  compare(`${live.name} stored as it was read`, [...live.bytes], [...before]);
}

function generatedNames(spec: ObjectSpec): Names {
  const { files } = generate(spec, {
    stem: "swept.bpf",
    prefix: "Swept",
    source: "swept.bpf.o",
    types: [],
    globalTypes: true,
    object: "file",
    js: true,
  });
  const text = String(files[0]?.contents);
  const literal = /export const sweptNames = (\{.*?\n\});/s.exec(text)?.[1];
  return new Function(`return ${literal}`)() as Names;
}
