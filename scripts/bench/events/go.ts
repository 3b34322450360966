import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../../root.ts";

/** A program of Go over cilium/ebpf, or why there is none. */
export type GoPeer = { program: string; hasLease: boolean } | { missing: string };

/**
 * Builds peer.go, where there are Go (GO, or `go`) and the sources of cilium/ebpf and golang.org/x/sys (below GOPATH, or
 * where Debian's packages put them).
 */
export function buildGoPeer(): GoPeer {
  const go = process.env["GO"] ?? "go";
  const { GOPATH = "/usr/share/gocode" } = process.env;
  const version = spawnSync(go, ["version"]);
  if (version.status !== 0) return { missing: "Go is not installed (Debian: golang-go)" };
  const sources = GOPATH.split(":").map((folder) => path.join(folder, "src/github.com/cilium/ebpf/ringbuf"));
  const library = sources.find((folder) => existsSync(folder));
  if (library === undefined)
    return { missing: "cilium/ebpf is not installed (Debian: golang-github-cilium-ebpf-dev)" };
  const hasLease = existsSync(path.join(library, "raw_reader.go"));
  const program = path.join(root, ".build/bench/events/peer-go");
  const files = ["peer.go", hasLease ? "lease.go" : "no_lease.go"];
  const build = spawnSync(go, ["build", "-tags", hasLease ? "lease" : "", "-o", program, ...files], {
    cwd: path.join(root, "scripts/bench/events"),
    env: { ...process.env, GOPATH, GO111MODULE: "off", GOTOOLCHAIN: "local", GOFLAGS: "" },
  });
  if (build.status !== 0) return { missing: `it does not build: ${build.stderr}` };
  return { program, hasLease };
}
