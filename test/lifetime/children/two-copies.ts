// Uses two copies of the package in one process: folder of the other as the argument.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as one from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const two = (await import(
  pathToFileURL(join(process.argv[2] as string, "dist/index.js")).href
)) as typeof one;
const refused = async ({ CollectionSpec }: typeof one) => {
  const spec = CollectionSpec.fromFile(testObject("verifier_refuses"));
  return (await spec.load().catch((error: unknown) => error)) as one.VerifierError;
};
const colls = await Promise.all(
  [one, two, one, two].map(({ CollectionSpec }) => CollectionSpec.fromFile(testObject("program_run")).load()),
);
const [first, second] = await Promise.all([refused(one), refused(two)]);
const actions = colls.map(
  (coll) =>
    (coll.programs.swap_first_two as one.Program<"xdp">).testRunSync({ data: new Uint8Array(64).fill(1) })
      .action,
);
// A program of one copy, handed to the other by its descriptor.
const given = colls.map((coll) => coll.programs.swap_first_two as one.Program)[0] as one.Program;
using handed = two.Program.fromFd(given.fd);
const same = handed.info().id === given.info().id;
for (const coll of colls) coll.close();
console.log(
  JSON.stringify({
    actions,
    same,
    codes: [first.code, second.code],
    logs: [first.log.length > 0, second.log.length > 0],
    instances: [
      first instanceof one.EbpfError,
      second instanceof one.EbpfError,
      second instanceof two.EbpfError,
    ],
  }),
);
