// Attaches a tc filter to the device of argv, and exits without the privilege to remove it.
import { link } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";

const { program } = loadAlone("link_net", "on_tc");
link.tc(program as never, { interface: process.argv[2] as string, direction: "ingress" });
process.seteuid?.(65534);
process.exit(7);
