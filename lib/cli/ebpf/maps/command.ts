import { type AnyMap, Map as BpfMap, EbpfError, type MapInfo } from "../../../index.ts";
import { formatBytes, printable } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { eachInKernel, type Finder, findInKernel } from "../kernel/find.ts";
import { type ListColumn, printFields, printList } from "../kernel/print-list.ts";
import { onlyArgument, parseOptions } from "../options.ts";
import { splitAssignment } from "../values/assignment.ts";
import { printEntries } from "./entries.ts";
import { typedMap } from "./typed-map.ts";

const options = {
  dump: { type: "boolean" },
  set: { type: "string", multiple: true },
  delete: { type: "string", multiple: true },
  json: { type: "boolean" },
} as const;

const help = `Usage: ebpf maps [options] [ID|NAME|PIN]

Lists the maps in the kernel, or shows one. Keys and values have the types that the map was created with; without types
they are hexadecimal digits.

  ebpf maps
  ebpf maps --dump counts
  ebpf maps --set 42=7 --set '43={"packets":1,"bytes":60}' /sys/fs/bpf/counts

      --dump            print all entries
      --set KEY=VALUE   store an entry; structs and arrays are JSON; a per-CPU map takes an array with a value per CPU
      --delete KEY      remove an entry
      --json            one JSON object a line; integers beyond 2^53 are strings
  -h, --help            print this text
`;

export const mapFinder: Finder<AnyMap> = {
  kind: "map",
  ids: () => BpfMap.ids(),
  fromId: (id) => BpfMap.fromId(id),
  fromPin: (path) => BpfMap.fromPin(path),
  nameOf: ({ name }) => name,
};

const columns: readonly ListColumn<MapInfo>[] = [
  { title: "ID", align: "right", cell: ({ id }) => `${id}` },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "NAME", cell: ({ name }) => printable(name) },
  { title: "KEY", align: "right", cell: ({ keySize }) => `${keySize} B` },
  { title: "VALUE", align: "right", cell: ({ valueSize }) => `${valueSize} B` },
  { title: "ENTRIES", align: "right", cell: ({ maxEntries }) => `${maxEntries}` },
  { title: "MEMORY", align: "right", cell: ({ memory }) => formatBytes(memory) },
  { title: "FLAGS", flexible: true, cell: ({ flags }) => flags.join(" ") },
];

function run(args: readonly string[]): ExitStatus {
  const { values, positionals } = parseOptions(args, options);
  const { dump, set = [], delete: removed = [], json } = values;
  const name = onlyArgument("maps", "map", positionals, options);
  if (name === undefined) {
    if (dump || set.length > 0 || removed.length > 0)
      throw new UsageError(
        "--dump, --set and --delete are for one map: pass its ID, its name or the path of its pin",
      );
    printList(
      eachInKernel(mapFinder, (map) => map.info()),
      columns,
      json,
    );
    return 0;
  }
  using map = findInKernel(mapFinder, name);
  const typed = typedMap(map);
  // All texts are parsed before the first change.
  const entries = set.map((text) => {
    const [key, value] = splitAssignment(text, "--set", "KEY=VALUE");
    return [typed.parseKey(key), typed.parseValue(value)] as const;
  });
  const keys = removed.map((text) => ({ text, key: typed.parseKey(text) }));
  for (const [key, value] of entries) typed.keyed.update(key, value);
  for (const { text, key } of keys) {
    if (typed.keyed.delete(key)) continue;
    throw new EbpfError("ERR_EBPF_KEY_NOT_EXIST", `map "${map.name}" has no entry "${text}"`, {
      operation: "delete",
    });
  }
  if (dump) printEntries(typed, json === true);
  else if (set.length === 0 && removed.length === 0) show(map.info(), typed, json);
  return 0;
}

function show(
  info: MapInfo,
  { keyName, valueName }: { keyName: string; valueName: string },
  json?: boolean,
): void {
  if (json) {
    const typed: MapInfo & Record<"keyType" | "valueType", string> = {
      ...info,
      keyType: keyName,
      valueType: valueName,
    };
    printList([typed], columns, true);
    return;
  }
  printFields({
    id: info.id,
    name: printable(info.name),
    type: info.type,
    key: `${keyName}, ${info.keySize} bytes`,
    value: `${valueName}, ${info.valueSize} bytes`,
    "max entries": info.maxEntries,
    memory: formatBytes(info.memory),
    flags: info.flags.join(" "),
    frozen: info.frozen ? "yes" : undefined,
  });
}

export const command: Command = { help, options, run };
