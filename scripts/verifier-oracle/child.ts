// Loads each program of the objects by itself, from the FIRST on, and prints a line of JSON for each.
//   child.ts FIRST OBJECT...
import { basename } from "node:path";
import { CollectionSpec, VerifierError } from "../../lib/index.ts";
import { withoutPins } from "../without-pins.ts";
import { expectedOf } from "./expected.ts";
import type { Outcome } from "./outcome.ts";

const [first = "0", ...files] = process.argv.slice(2);
let number = 0;
const say = (line: object) => console.log(JSON.stringify({ number, ...line }));

for (const file of files) {
  const spec = attempt(() => CollectionSpec.fromFile(file));
  if (spec instanceof Error) {
    if (number >= Number(first)) say({ object: basename(file), unreadable: spec.message });
    number++;
    continue;
  }
  const expected = expectedOf(spec);
  for (const name of Object.keys(spec.programs)) {
    if (number >= Number(first)) {
      say({ object: basename(file), program: name, begins: true });
      say(outcomeOf(file, spec, name, expected.get(name)?.messages ?? []));
    }
    number++;
  }
}

function outcomeOf(
  file: string,
  spec: CollectionSpec,
  program: string,
  messages: readonly RegExp[],
): Outcome {
  const alone = withoutPins(spec.copy());
  for (const each of Object.values(alone.programs)) each.autoload = each.name === program;
  const common = { object: basename(file), program };
  const result = attempt(() => alone.loadSync().close());
  if (!(result instanceof Error)) return { ...common, loaded: true };
  if (!(result instanceof VerifierError))
    return { ...common, error: "code" in result ? `${result.code}` : result.name, message: result.message };
  const { report, log } = result;
  // Lines that the verifier may have said as a reason: neither instructions nor states.
  const said = log
    .split("\n")
    .filter((line) => line !== "" && !/^(\s|\d+: |; |R\d+(_\w+)?=|mark_precise|processed )/.test(line));
  return {
    ...common,
    id: report.id,
    reason: report.reason,
    line: report.line,
    title: report.title,
    help: report.help,
    suggestion: report.kernel?.suggestion,
    comparable: messages.some((message) => said.some((line) => message.test(line))),
    right: messages.some((message) => message.test(report.reason)),
    expected: messages.map(({ source }) => source),
  };
}

function attempt<T>(ask: () => T): T | Error {
  try {
    return ask();
  } catch (error) {
    return error as Error;
  }
}
