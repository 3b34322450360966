import { join } from "node:path";
import { whyUnattached } from "../../../hooks/index.ts";
import {
  AttachTargetError,
  type Map as BpfMap,
  type Collection,
  type CollectionSpec,
  EbpfError,
  type Link,
  link,
  type Program,
  type ProgramSpec,
} from "../../../index.ts";
import { hookOfProgram } from "../../../link/by-section.ts";
import { UsageError } from "../../usage-error.ts";
import { type AttachTexts, attachTarget, parseAttach } from "./attach-options.ts";

export interface SessionOptions {
  attach: AttachTexts;
  /** Whether to leave out programs that cannot be loaded or attached, instead of failing. */
  skip: boolean;
  /** The folder of a bpffs for pins of maps, programs and links; undefined for none. */
  pin: string | undefined;
}

/** A program or struct_ops map that is not attached. */
export interface Skipped {
  name: string;
  reason: string;
}

/** A loaded object whose programs are attached. `close` detaches and unloads everything that is not pinned. */
export class Session implements Disposable {
  readonly spec: CollectionSpec;
  readonly coll: Collection;
  readonly links = new Map<string, Link>();
  readonly skipped: Skipped[];
  readonly #made: (() => void)[] = [];

  /**
   * Loads an object. Nothing runs before `attach`.
   *
   * @throws the error of the first program that cannot be loaded, unless `skip` is set.
   */
  static async load(spec: CollectionSpec, options: SessionOptions): Promise<Session> {
    const skipped: Skipped[] = [];
    for (const [name, texts] of options.attach) {
      const program = Object.hasOwn(spec.programs, name) ? spec.programs[name] : undefined;
      if (program === undefined) throw unknownProgram(name, Object.keys(spec.programs));
      const target = attachTarget(texts);
      if (target !== undefined) program.attachTo = target;
    }
    return new Session(spec, await load(spec, options, skipped), skipped);
  }

  private constructor(spec: CollectionSpec, coll: Collection, skipped: Skipped[]) {
    this.spec = spec;
    this.coll = coll;
    this.skipped = skipped;
  }

  /**
   * Attaches all programs, and creates the requested pins.
   *
   * @throws the error of the first program that cannot be attached, unless `skip` is set. No pin is left then.
   */
  attach(options: SessionOptions): void {
    this.#attach(options);
    try {
      if (options.pin !== undefined) this.#pin(options.pin);
    } catch (error) {
      for (const unpin of this.#made.splice(0).reverse()) unpin();
      throw error;
    }
  }

  #attach(options: SessionOptions): void {
    for (const program of Object.values(this.coll.programs) as Program[]) {
      const unattached = whyUnattached(program.type, program.attachType);
      if (unattached === undefined)
        this.#attachOne(program.name, options, () => attachProgram(program, options, this.coll));
      else this.skipped.push({ name: program.name, reason: unattached.reason });
    }
    for (const map of Object.values(this.spec.maps)) {
      if (map.structOps === undefined) continue;
      const live = this.coll.maps[map.name];
      if (live !== undefined) this.#attachOne(map.name, options, () => link.structOps(live));
    }
    if (this.links.size > 0) return;
    const reasons = this.skipped.map(({ name, reason }) => `\n  ${name}: ${reason}`).join("");
    throw new EbpfError("ERR_EBPF_ATTACH", `no program of object "${this.coll.name}" is attached${reasons}`, {
      operation: "attach",
    });
  }

  #attachOne(name: string, { skip }: SessionOptions, attach: () => Link): void {
    try {
      this.links.set(name, attach());
    } catch (error) {
      if (!skip || !(error instanceof EbpfError)) throw error;
      this.skipped.push({ name, reason: error.message });
    }
  }

  #pin(folder: string): void {
    const make = (path: string, one: { pin(path: string): void; unpin(path: string): void }) => {
      one.pin(path);
      this.#made.push(() => one.unpin(path));
    };
    for (const [name, each] of Object.entries(this.coll.maps) as [string, BpfMap][])
      if (this.spec.maps[name]?.pinning === "none" && !name.startsWith("."))
        make(join(folder, "maps", name), each);
    for (const [name, each] of this.links) make(join(folder, "links", name), each);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Detaches the programs. Maps and buffers can still be read. Pinned links stay attached. */
  detach(): void {
    for (const each of this.links.values()) each.close();
  }

  close(): void {
    this.detach();
    this.coll.close();
  }
}

/** Loads the object. Leaves out programs that the kernel refuses if `skip` is set. */
async function load(
  spec: CollectionSpec,
  { skip, pin }: SessionOptions,
  skipped: Skipped[],
): Promise<Collection> {
  const options = pin === undefined ? {} : { pinRoot: join(pin, "maps") };
  for (;;) {
    try {
      return await spec.load(options);
    } catch (error) {
      const program = skip ? programOf(error, spec) : undefined;
      if (program === undefined) throw error;
      (spec.programs[program] as ProgramSpec).autoload = false;
      skipped.push({ name: program, reason: (error as Error).message });
    }
  }
}

/** The program that a load failed at; undefined if the error is about something else. */
function programOf(error: unknown, spec: CollectionSpec): string | undefined {
  if (!(error instanceof EbpfError)) return undefined;
  const { program, subject } = error as { program?: string; subject?: string };
  const name = program ?? subject;
  const known = name !== undefined && Object.hasOwn(spec.programs, name) ? spec.programs[name] : undefined;
  return known?.autoload === true ? known.name : programOf(error.cause, spec);
}

function attachProgram(program: Program, options: SessionOptions, coll: Collection): Link {
  const given = parseAttach(program, options.attach.get(program.name) ?? [], coll);
  const { missing } = hookOfProgram(program, given);
  if (missing.length === 0) return program.attach(given);
  throw new AttachTargetError(
    `cannot attach program "${program.name}": SEC("${program.section}") does not give the ${missing.join(" and ")}`,
    {
      program: program.name,
      remedy: `Pass it with --attach ${program.name}=${missing.map((name) => `${name}=…`).join(",")}, or leave the program out with --skip`,
    },
  );
}

function unknownProgram(name: string, known: readonly string[]): UsageError {
  return new UsageError(`--attach: unknown program "${name}"; expected one of ${known.join(", ")}`);
}
