import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { downloadDebianSource } from "./debian.ts";
import type { Archive, Pin } from "./pins.ts";

const cacheFolder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "ebpf-sdk");

/**
 * Returns the path of the pinned archive, its checksum verified: from the cache, else from each place the
 * pin names, in order.
 */
export async function fetchPinned(pin: Pin): Promise<string> {
  for (const archive of pin.archives) {
    const file = cachePath(pin, archive);
    if (existsSync(file) && sha256(readFileSync(file)) === archive.sha256) return file;
  }
  const failures: string[] = [];
  for (const archive of pin.archives) {
    try {
      return store(pin, archive, await download(pin, archive));
    } catch (error) {
      failures.push(`  ${describe(archive)}: ${(error as Error).message.trim()}`);
    }
  }
  const wanted = new Set(
    pin.archives.map((archive) => `  ${cachePath(pin, archive)}  (sha256 ${archive.sha256})`),
  );
  throw new Error(
    `cannot fetch the sources of ${pin.name} ${pin.version}:\n${failures.join("\n")}\n` +
      `Check the network and run this again, or put the archive there by hand as one of:\n${[...wanted].join("\n")}`,
  );
}

async function download(pin: Pin, archive: Archive): Promise<Uint8Array> {
  return archive.from === "debian"
    ? downloadDebianSource(pin.name, archive.sha256, archive.suites)
    : downloadUrl(archive.url);
}

async function downloadUrl(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(120_000) }).catch((error: Error) => {
    // fetch says only "fetch failed"; what went wrong is in the cause.
    throw error.cause instanceof Error ? error.cause : error;
  });
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

function store(pin: Pin, archive: Archive, bytes: Uint8Array): string {
  const found = sha256(bytes);
  if (found !== archive.sha256) throw new Error(`sha256 is ${found}, pinned is ${archive.sha256}`);
  const file = cachePath(pin, archive);
  mkdirSync(path.dirname(file), { recursive: true });
  // Renamed into place, so that a second run at the same time never reads half a file.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, bytes);
  renameSync(partial, file);
  return file;
}

function cachePath(pin: Pin, archive: Archive): string {
  return path.join(cacheFolder, "sources", `${pin.name}-${pin.version}-${archive.sha256.slice(0, 12)}.tar`);
}

function describe(archive: Archive): string {
  return archive.from === "debian" ? `Debian ${archive.suites.join(", ")}` : archive.url;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
