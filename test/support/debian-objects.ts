import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

// All of Debian 12 that ships BPF objects, as files or inside of programs.
const packages = [
  "golang-github-cilium-ebpf-dev",
  "ir-keytable",
  "libbpf-tools",
  "libknot13",
  "libxdp1",
  "pcp",
  "systemd",
  "xdp-tools",
];

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ebpf-sdk", "debian-objects");

interface ShippedObject {
  readonly package: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * The BPF objects in Debian's packages, which are fetched once and never kept in the repository; none when they cannot
 * be fetched.
 */
export function debianObjects(): ShippedObject[] {
  try {
    for (const name of packages) fetch(name);
  } catch {
    return [];
  }
  return packages.flatMap((name) =>
    objectsBelow(join(cache, name)).map((object) => ({ package: name, ...object })),
  );
}

function fetch(name: string): void {
  const folder = join(cache, name);
  if (existsSync(folder)) return;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  execFileSync("apt-get", ["--quiet", "download", name], { cwd: partial, stdio: "pipe" });
  for (const archive of readdirSync(partial)) {
    execFileSync("dpkg-deb", ["--extract", archive, "."], { cwd: partial });
    rmSync(join(partial, archive));
  }
  renameSync(partial, folder);
}

function objectsBelow(folder: string): Omit<ShippedObject, "package">[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = readFileSync(join(entry.parentPath, entry.name));
      const name = entry.parentPath.includes("rc_keymaps") ? `rc_keymaps/${entry.name}` : entry.name;
      return objectsIn(file).map((bytes, i) => ({ name: i === 0 ? name : `${name}#${i}`, bytes }));
    });
}

// A program that was built with a skeleton has the whole object in its data.
function objectsIn(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  const magic = Buffer.from("\x7fELF\x02", "latin1");
  for (let at = file.indexOf(magic); at !== -1; at = file.indexOf(magic, at + 1)) {
    const header = new DataView(file.buffer, file.byteOffset + at, Math.min(64, file.length - at));
    const littleEndian = header.byteLength > 5 && header.getUint8(5) === 1;
    if (header.byteLength < 64 || header.getUint16(18, littleEndian) !== 247) continue;
    // The section headers come last.
    const end = Number(header.getBigUint64(40, littleEndian)) + header.getUint16(60, littleEndian) * 64;
    found.push(file.subarray(at, at + end));
  }
  return found;
}
