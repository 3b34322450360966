import type { KernelExplanation, KernelPlace } from "./log.ts";

const begin = "\nVerification failed: ";

/** Splits a log into the part of all kernels and the explanation that Linux 7.3 adds. */
export function splitExplanation(log: string): [log: string, explanation: string] {
  const start = log.lastIndexOf(begin);
  if (start === -1) return [log, ""];
  const end = log.indexOf("\nprocessed ", start);
  if (end === -1) return [log.slice(0, start), log.slice(start)];
  const [explanation, rest] = splitRest(log.slice(start, end));
  return [log.slice(0, start) + rest + log.slice(end), explanation];
}

/** Sentences can follow the explanation. Its own lines are indented, but for the titles of its sections. */
function splitRest(text: string): [explanation: string, rest: string] {
  const lines = text.split("\n");
  let end = lines.length;
  while (end > 0 && !/^\s+\S|^[A-Z][A-Za-z ]+:$|^Verification failed: /.test(lines[end - 1] ?? "")) end--;
  const rest = lines.slice(end).filter((line) => line !== "");
  return [lines.slice(0, end).join("\n"), rest.map((line) => `\n${line}`).join("")];
}

/** Reads the kernel's explanation; undefined when there is none. */
export function parseExplanation(text: string): KernelExplanation | undefined {
  if (text === "") return undefined;
  const lines = text.slice(1).split("\n");
  const [first = ""] = lines;
  const sections = new Map<string, string[]>();
  let section: string[] = [];
  for (const line of lines.slice(1)) {
    const name = /^([A-Z][A-Za-z ]+):$/.exec(line)?.[1];
    if (name === undefined) section.push(line);
    else {
      section = [];
      sections.set(name, section);
    }
  }
  const words = (name: string) => sections.get(name)?.join(" ").replace(/\s+/g, " ").trim();
  return {
    title: first.replace("Verification failed: ", "").trim(),
    reason: words("Reason") ?? "",
    at: places(sections.get("At") ?? []),
    path: places(sections.get("Causal path") ?? []),
    suggestion: words("Suggestion"),
  };
}

function places(lines: readonly string[]): KernelPlace[] {
  const found: { function: string; place: string; label: string }[] = [];
  let inLabel = false;
  for (const line of lines) {
    const place = /^ {2}(\S+) @ (\S+)$/.exec(line);
    if (place !== null) {
      found.push({ function: place[1] ?? "", place: place[2] ?? "", label: "" });
      inLabel = false;
      continue;
    }
    const last = found.at(-1);
    const label: string | undefined = /^\s+\| +\^-- (.*)$/.exec(line)?.[1];
    const more: string | undefined = inLabel ? /^\s+\| {2,}(.*)$/.exec(line)?.[1] : undefined;
    inLabel = label !== undefined || more !== undefined;
    if (last !== undefined && inLabel) last.label = `${last.label} ${(label ?? more ?? "").trim()}`.trim();
  }
  return found;
}
