// Attaches a flow dissector to the network namespace of this process without a link, replaces it, and detaches it.
import { link, type Program } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";

const target = { hook: "flow-dissector" } as const;
using first = loadAlone("link_net", "on_flow_dissector");
using second = loadAlone("link_net", "on_flow_dissector");
const names = new Map([first, second].map(({ program }, i) => [program.info().id, ["first", "second"][i]]));
const attached = (): unknown =>
  link.query(target).programs.map(({ programId, linkId }) => [names.get(programId), linkId]);
const refusal = (call: () => void): unknown => {
  try {
    return call();
  } catch (error) {
    const { name, errnoName } = error as { name: string; errnoName: string };
    return { name, errnoName };
  }
};
const attach = (program: Program): void => link.rawAttach(program, target);

attach(first.program);
const steps: unknown[] = [attached()];
steps.push(refusal(() => attach(first.program)));
attach(second.program);
steps.push(attached());
steps.push(refusal(() => link.rawDetach(first.program, target)));
link.rawDetach(second.program, target);
steps.push(attached());
console.log(JSON.stringify(steps));
