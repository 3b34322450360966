// Loads and attaches each kind of program in given places, and says what was refused, with the error.
import { attachments } from "../../support/attachments.ts";
import { loadAlone } from "../../support/link.ts";

const [iface = "", cgroup = "", netns = "", names = ""] = process.argv.slice(2);
const given = (path: string) => () => ({ path, [Symbol.dispose]: () => undefined });
const kinds = attachments({ interface: iface, cgroup: given(cgroup), netns: given(netns) });

const said: Record<string, unknown> = {};
for (const name of names.split(",")) said[name] = await attempt(name);
console.log(JSON.stringify(said));

async function attempt(name: string): Promise<unknown> {
  const kind = kinds[name];
  if (kind === undefined) throw new Error(`no attachment is called ${name}`);
  let step = "load";
  try {
    using loaded = loadAlone(kind.object, kind.program, kind.edit);
    step = "attach";
    (await kind.attach(loaded)).close();
    return { step: "done" };
  } catch (error) {
    const { code, errnoName, remedy, message } = error as Record<string, unknown>;
    return { step, code, errnoName, remedy, message };
  }
}
