import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { requiresKprobes } from "../support/link.ts";
import { requires, requiresCommand } from "../support/requires.ts";
import { printedBy } from "./tool.ts";

const run = promisify(execFile);
const timeout = 240_000;

// Two ends of a TLS connection in memory, without certificate checks.
const conversation = `
import ssl, subprocess, tempfile, os
d = tempfile.mkdtemp()
subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
  "-subj", "/CN=test", "-keyout", d + "/key", "-out", d + "/cert"], check=True, capture_output=True)
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); server.load_cert_chain(d + "/cert", d + "/key")
client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); client.check_hostname = False; client.verify_mode = ssl.CERT_NONE
a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
c, s = client.wrap_bio(a, b), server.wrap_bio(b, a, server_side=True)
ready = [False, False]
while not all(ready):
  for i, end in enumerate((c, s)):
    try: end.do_handshake(); ready[i] = True
    except ssl.SSLWantReadError: pass
import ctypes, ctypes.util
c.write(b"a secret"); s.read(100)
for f in ("key", "cert"): os.remove(d + "/" + f)
os.rmdir(d)
`;

test("sslsniff prints what is sent and received before and after encryption", {
  timeout,
}, async (context) => {
  const maps = spawnSync("python3", ["-c", "import ssl; print(open('/proc/self/maps').read())"], {
    encoding: "utf8",
  });
  const library = /(\/\S*libssl\.so\S*)/.exec(maps.stdout)?.[1] ?? "";
  const exports = spawnSync("nm", ["-D", library], { encoding: "utf8" }).stdout;
  requires(context, /\bSSL_write\b/.test(exports), "sslsniff: python3 does not use a shared libssl");
  requiresCommand(context, "openssl");
  const record = await printedBy(
    "sslsniff",
    [],
    () => run("python3", ["-c", conversation]),
    ({ sent }) => sent,
  );
  expect(record).toMatchObject({ comm: "python3", size: 8, text: "a secret" });
});

/**
 * The folder of cgroups that limit memory: of version 2, or of version 1.
 *
 * @returns `restore` ends the delegation of the memory controller if this function began it.
 */
function memoryCgroups(): { folder: string; limit: string; restore: () => void } | undefined {
  const mounts = readFileSync("/proc/mounts", "utf8");
  const [, folder] = /^\S+ (\S+) cgroup \S*\bmemory\b/m.exec(mounts) ?? [];
  if (folder !== undefined) return { folder, limit: "memory.limit_in_bytes", restore: () => {} };
  const [, unified] = /^\S+ (\S+) cgroup2 /m.exec(mounts) ?? [];
  if (unified === undefined) return undefined;
  if (!readFileSync(join(unified, "cgroup.controllers"), "utf8").includes("memory")) return undefined;
  const delegated = join(unified, "cgroup.subtree_control");
  const wasDelegated = readFileSync(delegated, "utf8").includes("memory");
  if (!wasDelegated) writeFileSync(delegated, "+memory");
  const restore = () => {
    if (!wasDelegated) writeFileSync(delegated, "-memory");
  };
  return { folder: unified, limit: "memory.max", restore };
}

test("oomkill prints a process that is killed in a cgroup without memory", { timeout }, async (context) => {
  const memory = memoryCgroups();
  requires(context, memory !== undefined, "cgroups that limit memory: none are mounted", "kernel");
  const folder = join(memory?.folder ?? "", `ebpf-oomkill-${process.pid}`);
  mkdirSync(folder);
  try {
    writeFileSync(join(folder, memory?.limit ?? ""), `${32 << 20}`);
    if (existsSync(`${folder}/memory.swap.max`)) writeFileSync(`${folder}/memory.swap.max`, "0");
    const script = `echo $$ > ${folder}/cgroup.procs; exec python3 -c 'x = bytearray(256 << 20)'`;
    const killed: number[] = [];
    const record = await printedBy(
      "oomkill",
      [],
      () => {
        const child = spawnSync("sh", ["-c", script]);
        if (child.signal === "SIGKILL") killed.push(child.pid);
      },
      ({ pid }) => killed.includes(pid),
    );
    expect(killed).toContain(record.pid);
    expect(record.by_comm).toBe("python3");
  } finally {
    rmdirSync(folder);
    memory?.restore();
  }
});

test("capable prints each checked capability of a program, and whether the program has it", {
  timeout,
}, async (context) => {
  if (!existsSync("/sys/kernel/tracing/events/capability/cap_capable")) requiresKprobes(context);
  const chown = () =>
    run("setpriv", ["--reuid", "65534", "--clear-groups", "chown", "1", "/"]).catch(() => {});
  const refused = await printedBy(
    "capable",
    ["--failed"],
    chown,
    ({ comm, capability }) => comm === "chown" && capability === "CAP_CHOWN",
  );
  expect(refused).toMatchObject({ uid: 65534, allowed: false });
  const allowed = await printedBy(
    "capable",
    [],
    () => run("sh", ["-c", "f=$(mktemp); chown 1 $f; rm $f"]),
    ({ comm, capability }) => comm === "chown" && capability === "CAP_CHOWN",
  );
  expect(allowed).toMatchObject({ uid: 0, allowed: true });
});
