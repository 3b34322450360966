import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../../root.ts";

/** A program of Go over cilium/ebpf, or why there is none. */
export type GoProgram = { program: string } | { missing: string };
/** The reader of ring buffers: whether it can read records where they are depends on the version of cilium/ebpf. */
export type GoPeer = { program: string; hasLease: boolean } | { missing: string };

/** Builds peer.go, the reader of ring buffers. */
export function buildGoPeer(): GoPeer {
  const library = findLibrary();
  if ("missing" in library) return library;
  const hasLease = existsSync(path.join(library.path, "ringbuf/raw_reader.go"));
  const built = build("peer-go", ["peer.go", hasLease ? "lease.go" : "no_lease.go"], hasLease ? "lease" : "");
  return "missing" in built ? built : { ...built, hasLease };
}

/** Builds perf_peer.go, the reader of perf buffers. */
export function buildGoPerfPeer(): GoProgram {
  const library = findLibrary();
  return "missing" in library ? library : build("perf-peer-go", ["perf_peer.go"], "");
}

const go = process.env["GO"] ?? "go";
const { GOPATH = "/usr/share/gocode" } = process.env;

/** Go has to be there (GO, or `go`), and the sources of cilium/ebpf and golang.org/x/sys (below GOPATH, or where Debian's
 * packages put them). */
function findLibrary(): { path: string } | { missing: string } {
  if (spawnSync(go, ["version"]).status !== 0) return { missing: "Go is not installed (Debian: golang-go)" };
  const found = GOPATH.split(":")
    .map((folder) => path.join(folder, "src/github.com/cilium/ebpf"))
    .find((folder) => existsSync(path.join(folder, "ringbuf")));
  return found === undefined
    ? { missing: "cilium/ebpf is not installed (Debian: golang-github-cilium-ebpf-dev)" }
    : { path: found };
}

function build(name: string, files: readonly string[], tags: string): GoProgram {
  const program = path.join(root, ".build/bench/events", name);
  const { status, stderr } = spawnSync(go, ["build", "-tags", tags, "-o", program, ...files], {
    cwd: path.join(root, "scripts/bench/events"),
    env: { ...process.env, GOPATH, GO111MODULE: "off", GOTOOLCHAIN: "local", GOFLAGS: "" },
  });
  return status === 0 ? { program } : { missing: `it does not build: ${stderr}` };
}
