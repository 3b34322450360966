import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { fetchPinned } from "./fetch.ts";
import { type Keep, pins } from "./pins.ts";

const vendor = path.join(root, "native", "vendor");

/** Fetches the pinned third-party sources and unpacks what we use of them to native/vendor. */
export async function vendorSources(): Promise<void> {
  // Built beside and renamed at the end: a half-done vendor folder is never seen.
  const fresh = `${vendor}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  try {
    for (const pin of pins) {
      const archive = await fetchPinned(pin);
      unpack(archive, path.join(fresh, pin.name), pin.keep);
      console.log(`${pin.name} ${pin.version}`);
    }
    installHeaders(path.join(fresh, "libbpf"), path.join(fresh, "include"));
    rmSync(vendor, { recursive: true, force: true });
    renameSync(fresh, vendor);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function unpack(archive: string, folder: string, keep: readonly Keep[]): void {
  const whole = `${folder}.whole`;
  mkdirSync(whole, { recursive: true });
  const tar = spawnSync("tar", ["-xf", archive, "--strip-components=1", "--no-same-owner", "-C", whole], {
    encoding: "utf8",
  });
  if (tar.error) throw tar.error;
  if (tar.status !== 0) throw new Error(`cannot unpack ${archive}: ${tar.stderr.trim()}`);
  for (const file of keep.flatMap((entry) => filesOf(whole, entry))) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(path.join(whole, file), target);
  }
  rmSync(whole, { recursive: true });
}

function filesOf(whole: string, keep: Keep): string[] {
  if (typeof keep === "string") return [keep];
  const files = readdirSync(path.join(whole, keep.folder), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile() && keep.extensions.includes(path.extname(entry.name)))
    .map((entry) => path.relative(whole, path.join(entry.parentPath, entry.name)));
  if (files.length === 0) throw new Error(`nothing to unpack in ${keep.folder}: is the pin still right?`);
  return files.sort();
}

/**
 * What libbpf's own `make install install_uapi_headers` installs: <bpf/...> for the addon and for BPF
 * programs, and the <linux/...> headers that match it, newer than most distributions' own.
 */
function installHeaders(libbpf: string, include: string): void {
  const installed =
    /^(bpf|libbpf|btf|libbpf_common|libbpf_legacy|libbpf_version|bpf_.+|skel_internal|usdt\.bpf)\.h$/;
  copyHeaders(path.join(libbpf, "src"), path.join(include, "bpf"), (name) => {
    return installed.test(name) && name !== "bpf_gen_internal.h";
  });
  copyHeaders(path.join(libbpf, "include", "uapi", "linux"), path.join(include, "linux"), () => true);
  blankHelperDescriptions(path.join(include, "linux", "bpf.h"));
}

/**
 * Empties the comment of linux/bpf.h that describes the helpers, a third of the compressed headers: bpf/bpf_helper_defs.h
 * has the same texts, at each helper. The lines stay, so that each line of the header keeps its number.
 */
function blankHelperDescriptions(header: string): void {
  const text = readFileSync(header, "utf8");
  const { atime, mtime } = statSync(header);
  const begin = text.lastIndexOf("/*", text.indexOf("Start of BPF helper function descriptions"));
  const end = text.indexOf("*/", begin);
  if (begin < 0 || end < 0)
    throw new Error(`${header} has no descriptions of helpers: is the pin still right?`);
  const lines = text.slice(begin, end).replaceAll(/[^\n]+/g, "");
  const note = "/* The helpers are described in bpf/bpf_helper_defs.h.";
  writeFileSync(header, `${text.slice(0, begin)}${note}${lines} ${text.slice(end)}`);
  utimesSync(header, atime, mtime);
}

function copyHeaders(from: string, to: string, wanted: (name: string) => boolean): void {
  mkdirSync(to, { recursive: true });
  // With the release's own dates, so that make rebuilds nothing when the same sources are unpacked again.
  for (const name of readdirSync(from)) {
    if (name.endsWith(".h") && wanted(name))
      cpSync(path.join(from, name), path.join(to, name), { preserveTimestamps: true });
  }
}
