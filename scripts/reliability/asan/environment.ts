import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { asan, folderOf } from "../../build/native-variant.ts";
import { folder } from "../command.ts";

const reports = path.join(folder, "asan");

/** The environment in which Node loads the addon that is built with the sanitizers. */
export function sanitized(): Record<string, string> {
  const runtime = (name: string) =>
    execFileSync("gcc", [`-print-file-name=${name}`], { encoding: "utf8" }).trim();
  const common = `log_path=${path.join(reports, "report")}:stack_trace_format="    #%n %p %F %L (%m)"`;
  return {
    EBPF_PREBUILD: folderOf(asan),
    // Node itself is not built with them, so that their runtime has to be there first.
    LD_PRELOAD: ["libasan.so", "libubsan.so", "libstdc++.so"].map(runtime).join(" "),
    // Not only Node runs in it, but each tool that a test starts: what those leak fails nothing. Frames are unwound by
    // the frame pointers of the addon: the slow way takes minutes through Node.
    ASAN_OPTIONS: `${common}:abort_on_error=1:detect_leaks=1:allocator_may_return_null=1:handle_segv=1`,
    UBSAN_OPTIONS: `${common}:print_stacktrace=1:abort_on_error=1`,
    LSAN_OPTIONS: "exitcode=0",
  };
}

/** Removes the reports of an earlier run. */
export function clearReports(): void {
  rmSync(reports, { recursive: true, force: true });
  execFileSync("mkdir", ["-p", reports]);
}

export interface Reports {
  /** Errors of any module, and leaks whose stack has a frame of the addon, which is never unloaded. */
  readonly ours: readonly string[];
  /** Leaks without one: of Node, and of tools that the tests start. */
  readonly others: number;
}

/**
 * Reads what the sanitizers reported. There is no list of suppressions, which matches any frame of a stack and could
 * hide a leak of ours that Node called: a leak counts as ours by the module of its frames.
 */
export function readReports(module = "ebpf.node"): Reports {
  const ours: string[] = [];
  let others = 0;
  for (const file of readdirSync(reports)) {
    const text = readFileSync(path.join(reports, file), "utf8");
    if (!/LeakSanitizer/.test(text)) {
      ours.push(text);
      continue;
    }
    for (const leak of text.split(/\n\n/).filter((block) => /^(Direct|Indirect) leak of/m.test(block))) {
      if (leak.includes(module)) ours.push(leak.trim());
      else others++;
    }
  }
  return { ours, others };
}
