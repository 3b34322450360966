import { beforeAll, describe, expect, test } from "vitest";
import { exampleObject, testObject } from "../support/objects.ts";
import { compileUnstripped } from "../support/unstripped.ts";
import { loaderOf, loaderOfBytes, textOf } from "./support/loaders.ts";
import { typeErrors } from "./support/type-check.ts";
import { accepted } from "./support/usage-accepted.ts";
import { handsFree, type Line, programsOf, typesThatHold } from "./support/usage-lines.ts";
import { rejected } from "./support/usage-rejected.ts";

/** The loaders that the programs above use, and the object that each is generated from. */
const loaders = {
  counter: ["Counter", exampleObject("counter")],
  xdp: ["Xdp", exampleObject("xdp")],
  records: ["Records", testObject("codegen/records")],
  map_kept: ["MapKept", testObject("map_kept")],
  types: ["Types", testObject("codegen/types")],
  link_user: ["LinkUser", testObject("link_user")],
  link_net: ["LinkNet", testObject("link_net")],
  program_run: ["ProgramRun", testObject("program_run")],
  perf: ["Perf", testObject("events/perf")],
  fields: ["Fields", testObject("codegen/fields")],
  ops: ["LinkStructOps", testObject("link_struct_ops")],
  members: ["StructOpsMembers", testObject("struct_ops_members")],
  trace: ["LinkTrace", testObject("link_trace")],
  targets: ["AttachUntargeted", testObject("attach_untargeted")],
  own: ["Refusals", testObject("load/refusals")],
} as const;

const imports = `
  import {
    type AnyMap, BpfMap, type Collection, type CollectionSpec, cString, every, HashMap, link, Map, type MapSpec, PerfBuf, Program, Queue, type RecordView,
    RingBuf, type Storable, type StructOpsSpec, syscallName, untilInterrupted, UserRingBuf,
  } from "ebpf";
  ${Object.entries(loaders)
    .map(([file, [name]]) => `import { load${name} } from "./${file}.bpf.ts";`)
    .join("\n")}
  import { loadKinds } from "./kinds.bpf.ts";
  import { loadCounterSpec } from "./counter.bpf.ts";
  import { loadLinkStructOpsSpec } from "./ops.bpf.ts";
  import { loadStructOpsMembersSpec } from "./members.bpf.ts";
  import { loadRefusalsSpec } from "./own.bpf.ts";
  import type { TypesEverything, TypesGuarded, TypesNumber, TypesPointType, TypesWide } from "./types.bpf.ts";
  import { loadTypesSpec, typesNumberCodec, TypesState } from "./types.bpf.ts";
  using counter = await loadCounter();
  using types = await loadTypes();
  using xdp = await loadXdp();
  using records = await loadRecords();
  using kept = await loadMapKept();
  using kinds = await loadKinds();
  using user = await loadLinkUser();
  using net = await loadLinkNet();
  using run = await loadProgramRun();
  using perf = await loadPerf();
  using fields = await loadFields();
  using trace = await loadLinkTrace();
  using untargeted = await loadAttachUntargeted();
  using own = await loadRefusals();
  const ownSpec = loadRefusalsSpec();
  const membersSpec = loadStructOpsMembersSpec();
  const untyped: Collection = counter;
  const counterSpec = loadCounterSpec();
  const opsSpec = loadLinkStructOpsSpec();
  export type Used = [
    typeof untyped, typeof counterSpec, typeof Queue, RecordView,
    Storable<0>, TypesEverything, TypesGuarded, TypesNumber, TypesPointType, TypesWide, TypesState, typeof loadCounterSpec,
    typeof counter, typeof types, typeof loadTypesSpec, typeof xdp, typeof records, typeof kept, typeof kinds, typeof RingBuf, typeof typesNumberCodec, HashMap,
    AnyMap, Collection, CollectionSpec, typeof link, typeof Map, typeof PerfBuf, typeof Program, typeof UserRingBuf,
    typeof user, typeof net, typeof run, typeof perf, typeof fields,
    MapSpec, StructOpsSpec<object>, typeof opsSpec, typeof loadLinkStructOps, typeof loadStructOpsMembers,
    BpfMap, typeof cString, typeof every, typeof syscallName, typeof untilInterrupted,
    typeof trace, typeof untargeted, typeof own, typeof ownSpec, typeof membersSpec,
  ];
`;

/** What tsc says, by the program. */
const errors = new Map<string, string[]>();

beforeAll(() => {
  const programs = Object.entries({
    ...rejected,
    ...accepted,
    ...programsOf(typesThatHold),
    ...programsOf(handsFree),
  });
  const files = programs.map(([, text], i) => [`.build/usage/program${i}.ts`, imports + text] as const);
  const all = typeErrors({
    ...Object.fromEntries(
      Object.entries(loaders).map(([file, [, object]]) => [
        `.build/usage/${file}.bpf.ts`,
        textOf(loaderOf(object)),
      ]),
    ),
    ".build/usage/kinds.bpf.ts": textOf(loaderOfBytes(compileUnstripped("records/kinds.c").bytes, "kinds.o")),
    ...Object.fromEntries(files),
  });
  programs.forEach(([title], i) => {
    errors.set(
      title,
      all.filter((error) => error.startsWith(`.build/usage/program${i}.ts`)),
    );
  });
}, 120_000);

test.each(Object.keys(rejected))("tsc rejects %s", (title) => {
  expect(errors.get(title)).toHaveLength(1);
});

test.each(Object.keys(accepted))("tsc accepts %s", (title) => {
  expect(errors.get(title)).toEqual([]);
});

describe("types that hold", () => eachLine(typesThatHold));
describe("what nobody writes by hand", () => eachLine(handsFree));

function eachLine(lines: Readonly<Record<string, Line>>): void {
  test.each(Object.entries(lines))("%s", (title, { accepts, rejects = [] }) => {
    expect(accepts ?? rejects[0]).toBeDefined();
    if (accepts !== undefined) expect(errors.get(title)).toEqual([]);
    for (const i of rejects.keys()) expect(errors.get(`${title} (${i})`)).toHaveLength(1);
  });
}
