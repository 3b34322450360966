import { hooksTable } from "../docs-tables/hooks.ts";
import { marked } from "../docs-tables/markers.ts";
import { native } from "./machine.ts";
import type { Report, TestResult } from "./run.ts";

// Tests of attaching are called "KIND: what it does"; tests of an error message have no row.
const row = /^[\w./ -]+: (?!.*\b(tells?|told|says?|refused|not there|not put)\b)/;

/** docs/attach-support.md: what attaches on which kernel, as the tests have seen it. */
export function attachTable(reports: readonly Report[]): string {
  const sections = new Map<string, Map<string, Map<string, TestResult>>>();
  for (const { kernel, results } of reports) {
    for (const result of results) {
      const kind = result.path.at(-1) ?? "";
      const [, title] = /^test\/link\/(.+)\.test\.ts: /.exec(result.id) ?? [];
      if (title === undefined || !row.test(kind)) continue;
      const section = sections.get(title) ?? new Map<string, Map<string, TestResult>>();
      sections.set(title, section);
      section.set(kind, (section.get(kind) ?? new Map()).set(kernel, result));
    }
  }
  const reasons: string[] = [];
  const text = [
    "# What attaches where",
    "",
    marked(hooksTable()),
    "",
    "## What the tests have seen",
    "",
    "Each row is a test that attaches programs, makes their event happen, and sees them run. This part is written by",
    "`npm run test:kernels`, which runs them on each of these kernels; do not edit it.",
    "",
    ...reports.map(({ kernel, release }) => `- **${title(kernel)}**: ${shownRelease(kernel, release)}`),
    "",
    "A number marks a test that a kernel cannot run. It refers to the list of reasons below the tables.",
  ];
  for (const [name, kinds] of sections) {
    text.push("", `### ${name}`, "");
    text.push(`| | ${reports.map(({ kernel }) => title(kernel)).join(" | ")} |`);
    text.push(`|---|${reports.map(() => "---").join("|")}|`);
    for (const [kind, results] of kinds) {
      const cells = reports.map(({ kernel }) => cell(results.get(kernel), reasons));
      text.push(`| ${kind} | ${cells.join(" | ")} |`);
    }
  }
  if (reasons.length > 0) {
    text.push("", "### Reasons", "", ...reasons.map((reason, i) => `${i + 1}. ${reason}`));
  }
  return `${text.join("\n")}\n`;
}

// The build name of the local kernel means nothing to readers.
function shownRelease(kernel: string, release: string | undefined): string {
  return (kernel === native ? release?.replace(/-.*$/, "") : release) ?? "did not run";
}

function title(kernel: string): string {
  return kernel === native ? "CI machine" : kernel.replace("-", " ");
}

function cell(result: TestResult | undefined, reasons: string[]): string {
  if (result === undefined) return "–";
  if (result.status === "passed") return "yes";
  if (result.status === "failed") return "**failed**";
  // The running kernel's version says nothing that the column does not, and the test's process differs from run to run.
  const reason = (result.reason ?? "no reason given")
    .replace(/, this is [^ ]+$/, "")
    .replace(/(ebpf-test)-\d+/, "$1");
  let index = reasons.indexOf(reason);
  if (index < 0) index = reasons.push(reason) - 1;
  return `${index + 1}`;
}
