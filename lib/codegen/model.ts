import type { Btf, TypeId } from "../btf/index.ts";
import { fieldCode, stringCode } from "../codec/emit/text.ts";
import type { Layout, RecordLayout } from "../codec/layout.ts";
import { Layouts } from "../codec/layout-of.ts";
import { isMeaningTag, type Meaning } from "../codec/meaning.ts";
import { withMeaning } from "../codec/with-meaning.ts";
import {
  editableMembers,
  type MapSpec,
  type MapTypeParameter,
  mapKindOrRaw,
  type ObjectSpec,
  type ProgramSpec,
  type StructOps,
  type VariableSpec,
} from "../spec/index.ts";
import type { LoaderRecords } from "./loader-records.ts";
import { camelCase, type Names, pascalCase } from "./names.ts";
import type { LoaderChoices } from "./options.ts";
import { TypeNames } from "./type-names.ts";

/** The form of a module: TypeScript, JavaScript, or declarations. */
export type Form = "ts" | "js" | "dts";

/** The model of a loader: the contents of the object, the required types, and all names. */
export class LoaderModel {
  readonly spec: ObjectSpec;
  readonly options: LoaderChoices;
  readonly records: LoaderRecords;
  readonly types: TypeNames;
  readonly own: { collection: string; shape: string; spec: string; names: string; load: string };
  readonly #layouts: Layouts | undefined;

  constructor(spec: ObjectSpec, options: LoaderChoices, records: LoaderRecords, names: Names) {
    this.spec = spec;
    this.options = options;
    this.records = records;
    this.#layouts = records.btf && new Layouts(records.btf, { fields: spec.fields });
    const { prefix } = options;
    this.own = {
      collection: names.take(prefix),
      shape: names.take(`${prefix}Shape`),
      spec: names.take(`${prefix}Spec`),
      names: names.take(`${camelCase(prefix)}Names`),
      load: names.take(`load${prefix}`, (name) => [name, `${name}Sync`, `${name}Spec`]),
    };
    names.take("object");
    names.take("bytes");
    names.take("description");
    this.types = new TypeNames(names, prefix, (id) => spec.typeName(id));
    this.#reachAll();
  }

  get btf(): Btf {
    // Types are known only with BTF.
    return this.records.btf as Btf;
  }

  /** Entries by name. */
  get maps(): [string, MapSpec][] {
    return Object.entries(this.spec.maps);
  }

  /** Entries by name. */
  get variables(): [string, VariableSpec][] {
    return Object.entries(this.spec.variables);
  }

  /** Whether the map is a data section: a map of bytes whose variables have the types. */
  isSection({ dataSection, type }: MapSpec): boolean {
    return dataSection !== undefined && type !== "arena";
  }

  #reachAll(): void {
    const { prefix, globalTypes } = this.options;
    const reachLayout = (layout: Layout | undefined, hint: string): void => {
      if (layout !== undefined) this.types.reach(layout, `${prefix}_${hint}`);
    };
    const reach = (id: TypeId | undefined, hint: string): void => reachLayout(this.layout(id), hint);
    for (const id of this.records.wanted) reach(id, "type");
    for (const [map, id] of this.records.ofMap) reach(id, `${map}_record`);
    for (const [map, { types }] of this.records.kindsOf)
      for (const [kind, id] of types) reach(id, `${map}_${kind}`);
    if (!globalTypes) return;
    for (const [name, map] of this.maps) {
      for (let at: MapSpec | undefined = map; at !== undefined; at = at.inner) {
        if (mapKindOrRaw(at.type).takes.includes("key"))
          reachLayout(this.keyLayout(at), `${pascalCase(name)}_key`);
        if (mapKindOrRaw(at.type).takes.includes("value"))
          reachLayout(this.valueLayout(at), `${pascalCase(name)}_value`);
      }
      if (map.structOps === undefined) continue;
      for (const { member, isCallback } of editableMembers(this.btf, map.structOps.type))
        if (!isCallback) reach(member.type, `${pascalCase(name)}_${member.name}`);
    }
    for (const [name, variable] of this.variables) reachLayout(this.variableLayout(variable), name);
    for (const [name, program] of Object.entries(this.spec.programs)) {
      if (this.contextLayout(program) !== undefined) reach(program.context, `${name}_context`);
    }
  }

  /** Undefined if the type is unknown or has no values. */
  layout(id: TypeId | undefined): Layout | undefined {
    if (id === undefined || this.#layouts === undefined || this.records.btf === undefined) return undefined;
    const { kind } = this.records.btf.resolve(id);
    if (kind === "void" || kind === "fwd" || kind === "func" || kind === "func-proto") return undefined;
    return this.#layouts.of(id);
  }

  keyLayout(map: MapSpec): Layout | undefined {
    return asMeant(this.layout(map.key), map.meaningOf("key"), `key of map "${map.name}"`);
  }

  valueLayout(map: MapSpec): Layout | undefined {
    return asMeant(this.layout(map.value), map.meaningOf("value"), `value of map "${map.name}"`);
  }

  variableLayout(variable: VariableSpec): Layout | undefined {
    return asMeant(this.layout(variable.type), variable.meaning, `variable "${variable.name}"`);
  }

  /** The TypeScript type of the records that programs send through a map. */
  #recordType(map: string): string {
    const kinds = this.records.kindsOf.get(map);
    const typeOf = (id: TypeId | undefined): string => {
      const layout = this.layout(id);
      return layout === undefined ? "Uint8Array" : this.types.typeOf(layout);
    };
    if (kinds === undefined) return typeOf(this.records.ofMap.get(map));
    const all = Array.from(
      kinds.types,
      ([kind, id]) => `{ kind: ${stringCode(kind)}; value: ${typeOf(id)} }`,
    );
    return all.join(" | ");
  }

  /** All record types that programs send or that the user requested by name. */
  get sentTypes(): ReadonlySet<TypeId> {
    const { ofMap, kindsOf, wanted } = this.records;
    const kinds = [...kindsOf.values()].flatMap(({ types }) => [...types.values()]);
    return new Set([...ofMap.values(), ...kinds, ...wanted]);
  }

  /** The TypeScript type of a key, value or variable. */
  valueType(layout: Layout | undefined, size: number): string {
    if (layout === undefined) return size === 0 ? "undefined" : "Uint8Array";
    return this.isGenerated(layout) ? this.types.typeOf(layout) : "unknown";
  }

  /** The TypeScript type of a live map. `importType` returns the local name of a class. */
  mapType(name: string, map: MapSpec, importType: (name: string) => string): string {
    const kind = mapKindOrRaw(map.type);
    const { inner } = map;
    const types: Record<MapTypeParameter, () => string> = {
      key: () => this.valueType(this.keyLayout(map), map.keySize),
      value: () => this.valueType(this.valueLayout(map), map.valueSize),
      prefix: () => this.#prefixType(map) ?? importType("LpmKey"),
      record: () => this.#recordType(name),
      inner: () => (inner === undefined ? importType("MapBase") : this.mapType(name, inner, importType)),
    };
    const args = kind.takes.map((argument) => types[argument]());
    if (map.structOps !== undefined) args.push(this.#membersType(map.structOps));
    const list = args.length === 0 ? "" : `<${args.join(", ")}>`;
    return `${importType(kind.class)}${list}`;
  }

  /** The members of a struct of callbacks that can be set before loading. */
  #membersType({ type }: StructOps): string {
    const programs = Object.values(this.spec.programs).filter((program) => program.type === "struct-ops");
    const callback = [...programs.map(({ name }) => stringCode(name)), "undefined"].join(" | ");
    const members = editableMembers(this.btf, type).map(({ member, isCallback }) => {
      const layout = isCallback ? undefined : this.layout(member.type);
      return `  ${fieldCode(member.name)}: ${layout === undefined ? callback : this.valueType(layout, 0)};\n`;
    });
    return `{\n${members.join("")}}`;
  }

  /** The key type of a trie, unless it is the general one. */
  #prefixType(map: MapSpec): string | undefined {
    const layout = this.keyLayout(map);
    if (layout !== undefined && layout.kind !== "record") return this.types.typeOf(layout);
    // The sizes of IPv4 and IPv6 prefixes, whose keys are text.
    return map.keySize === 8 || map.keySize === 20 ? "string" : undefined;
  }

  /** The struct that a test run of a syscall program takes as context. */
  contextLayout({ type, context }: ProgramSpec): RecordLayout | undefined {
    if (type !== "syscall" || !this.options.globalTypes) return undefined;
    const layout = this.layout(context);
    return layout?.kind === "record" ? layout : undefined;
  }

  /** Whether the loader contains generated code for values of the layout. */
  isGenerated(layout: Layout): boolean {
    if (layout.kind === "array") return this.isGenerated(layout.element);
    return (layout.kind !== "record" && layout.kind !== "enum") || this.types.has(layout);
  }

  /** Whether programs send the record or the user requested it by name. */
  isSent(record: RecordLayout): boolean {
    return [...this.sentTypes].some((id) => this.btf.resolve(id).id === record.id);
  }

  /** The decl tags of a function, type or variable. */
  tagsOf(id: TypeId | undefined): string[] {
    if (id === undefined || this.records.btf === undefined) return [];
    return this.records.btf.declTags(id).filter((tag) => !isMeaningTag(tag));
  }
}

function asMeant(
  layout: Layout | undefined,
  meaning: Meaning | undefined,
  subject: string,
): Layout | undefined {
  return layout === undefined || meaning === undefined ? layout : withMeaning(layout, meaning, subject);
}
