// The table of kinds of attachments in docs/attach-support.md.
import { type Hook, type HookName, hook, hooks, latest } from "../../lib/hooks/index.ts";
import { code, line } from "./markdown.ts";

/** The generated part of docs/attach-support.md, without its markers. */
export function hooksTable(): string {
  const names = Object.keys(hooks) as HookName[];
  return [
    "## Kinds of attachments",
    "",
    "Each row is one kind of attachment. `Linux` is the first kernel version of the kind. A version of a link or of `update` is",
    "the first that supports it, if that is later. [How to attach](guides/attach.md) has the SEC names and the options.",
    "",
    "| `link.…` | Linux | bpf_link | `update` | remains after SIGKILL |",
    "|---|---|---|---|---|",
    ...names.map((name) => row(hook(name))),
  ].join("\n");
}

function row(kind: Hook): string {
  const { call, since, link, otherwise, update, outlives } = kind;
  const stays = {
    always: "yes",
    "without-link": "without a bpf_link",
    "legacy-mode": "in mode `legacy`",
  };
  return line(
    code(call),
    since,
    link === undefined
      ? `no: ${otherwise}`
      : `${latest([link.since, since])}${otherwise ? `, before: ${otherwise}` : ""}`,
    update === undefined
      ? "no"
      : `${latest([update.since, since])}, \`expected\`: ${update.expected.replace("-", " a ")}`,
    outlives === undefined ? "no" : stays[outlives],
  );
}
