// A service that stores its link with its manager in the first run, and takes it over in the second. Prints its ID.
import { execFileSync } from "node:child_process";
import { Link, link } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";

const store = `
import os, socket
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
    manager.connect(os.environ["NOTIFY_SOCKET"].replace("@", "\\0", 1))
    socket.send_fds(manager, [b"FDSTORE=1\\nFDNAME=probe"], [3])
`;

const names = process.env["LISTEN_FDNAMES"]?.split(":") ?? [];
if (names.includes("probe")) {
  using kept = Link.fromFd(3 + names.indexOf("probe"));
  console.log(JSON.stringify({ id: kept.id, type: kept.info().type }));
} else {
  using loaded = loadAlone("link_trace", "on_tp");
  using attached = link.tracepoint(loaded.program, { group: "syscalls", name: "sys_enter_kill" });
  execFileSync("python3", ["-c", store], { stdio: ["ignore", "inherit", "inherit", attached.fd] });
  console.log(JSON.stringify({ id: attached.id, type: attached.info().type }));
}
