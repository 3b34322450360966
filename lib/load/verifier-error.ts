import type { Btf } from "../btf/index.ts";
import { keptIn } from "../codec/index.ts";
import type { VerifierError } from "../errors/index.ts";
import { verifierRefusal } from "../explain/verifier-refusal.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { sourceLines } from "./source-lines.ts";

// The markers that libbpf prints around the verifier log (bpf_object_load_prog).
const frame = /prog '([^']*)': -- BEGIN PROG LOAD LOG --\n([\s\S]*?)-- END PROG LOAD LOG --/g;

export interface VerifierFrame {
  program: string;
  /** The verifier log, without messages of libbpf. */
  log: string;
}

/** Returns the last verifier log in the messages of libbpf; undefined when there is none, or it is empty. */
export function verifierFrame(messages: string): VerifierFrame | undefined {
  const last = [...messages.matchAll(frame)].at(-1);
  if (last === undefined) return undefined;
  const [, program = "", log = ""] = last;
  return log.trim() === "" ? undefined : { program, log };
}

/** Returns the error for a program that the verifier rejected; undefined when the log has no reason. */
export function verifierError(
  spec: ObjectSpec,
  { program: name, log }: VerifierFrame,
  { errno, log: messages }: { errno: number; log: string },
  btfFile?: string,
): VerifierError | undefined {
  const program = Object.values(spec.programs).find((each) => each.name === name);
  // The kernel keeps 15 characters of the name of a map.
  const mapOf = (map: string) =>
    Object.values(spec.maps).find((each) => each.name === map || each.kernelName === map);
  return verifierRefusal(
    { name, type: program?.type ?? "unspec", section: program?.section ?? "", log, errno },
    {
      lines: sourceLines(spec, name),
      btfFile,
      mapType: (map) => mapOf(map)?.type,
      keptFields: (map) => {
        const value = mapOf(map)?.value;
        return value === undefined || spec.btf === undefined ? [] : keptIn(spec.btf, value);
      },
      missingNode: () => spec.btf && missingNode(spec.btf),
      madeWithoutBtf: (map) => retriedWithoutBtf(messages, mapOf(map)?.name ?? map),
    },
  );
}

/** The errno with which the kernel refused the BTF of a map. libbpf then created the map without BTF. */
function retriedWithoutBtf(messages: string, map: string): string | undefined {
  const retries = /Error in bpf_create_map_xattr\(([^)]*)\): -?(\w+)\S*\. Retrying without BTF\./g;
  for (const [, failed, errno] of messages.matchAll(retries)) if (failed === map) return errno;
  // The kernel refused the types of the object, and libbpf created all maps without.
  return /Error loading \.BTF into kernel: -?(\w+)/.exec(messages)?.[1];
}

/** The first node of a list or tree (`__contains(struct, member)`) that the types do not have. */
function missingNode(btf: Btf): string | undefined {
  for (const type of btf.types()) {
    const [, struct, node] = (type.kind === "decl-tag" && /^contains:(\w+):(\w+)$/.exec(type.name)) || [];
    if (struct === undefined) continue;
    const found = btf.find(struct, "struct");
    if (found?.kind !== "struct") return `struct ${struct}`;
    if (!found.members.some(({ name }) => name === node)) return `member "${node}" of struct ${struct}`;
  }
  return undefined;
}
