import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CollectionSpec, NotSupportedError, VerifierError } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

const folder = join(import.meta.dirname, "../bpf/verifier/refused");

/** What the comment above a program says of its report. */
interface Expectation {
  program: string;
  /** The kinds of fault that are right; old kernels stop at another sentence of the same fault. */
  ids: string[];
  title: RegExp;
  help: RegExp;
  /** What misleads. */
  not: RegExp | undefined;
  /** The first Linux that refuses the program. */
  since: string | undefined;
  /** The line with the comment HERE; undefined where it depends on the kernel. */
  line: number | undefined;
}

function expectationsOf(source: string): Expectation[] {
  const pattern = /\/\* refused: (.+?) \*\/[\s\S]*?SEC\([\s\S]*?int (\w+)\([\s\S]*?\n\}/g;
  return [...source.matchAll(pattern)].map((match) => {
    const [text, comment = "", program = ""] = match;
    const fields = new Map(
      `id: ${comment}`.split("; ").map((field) => field.split(/: (.*)/s, 2) as [string, string]),
    );
    const here = text.indexOf("/* HERE */");
    return {
      program,
      ids: (fields.get("id") ?? "").split("|"),
      title: new RegExp(fields.get("title") ?? ""),
      help: new RegExp(fields.get("help") ?? ""),
      not: fields.has("not") ? new RegExp(fields.get("not") as string) : undefined,
      since: fields.get("since"),
      line: here < 0 ? undefined : source.slice(0, match.index + here).split("\n").length,
    };
  });
}

const families = readdirSync(folder).filter((file) => file.endsWith(".bpf.c"));

for (const file of families) {
  const source = readFileSync(join(folder, file), "utf8");
  const object = testObject(`verifier/refused/${file.replace(".bpf.c", "")}`);
  const since = /^\/\/ since: (\S+)/.exec(source)?.[1];
  const expectations = expectationsOf(source);

  describe(file, () => {
    test("each program has an expectation", () => {
      const programs = Object.keys(CollectionSpec.fromFile(object).programs);
      expect(expectations.map(({ program }) => program).sort()).toEqual(programs.sort());
    });

    test.for(expectations)(
      "$program: the report has the cause, the place and the remedy",
      (expected, context) => {
        for (const version of [since, expected.since])
          if (version !== undefined) requiresLinux(context, version, "what the program does");
        const spec = CollectionSpec.fromFile(object);
        for (const program of Object.values(spec.programs))
          program.autoload = program.name === expected.program;
        try {
          spec.loadSync().close();
        } catch (error) {
          if (error instanceof NotSupportedError) requires(context, false, error.message);
          if (!(error instanceof VerifierError)) throw error;
          const { id, title, help, line, reason } = error.report;
          const text = `${id}: ${title}\n${reason}\n${help}`;
          expect(expected.ids, text).toContain(id);
          expect(title, text).toMatch(expected.title);
          expect(help, text).toMatch(expected.help);
          if (expected.not !== undefined) expect(help).not.toMatch(expected.not);
          if (expected.line !== undefined) expect(line, text).toBe(expected.line);
          return;
        }
        expect.unreachable("the program was loaded");
      },
    );
  });
}
