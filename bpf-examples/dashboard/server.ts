// Serves the page and the events to clients with the token.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Viewers } from "./viewers.ts";

const types = {
  "index.html": "text/html; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
  "charts.js": "text/javascript; charset=utf-8",
  "programs.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

const headers = {
  // Everything comes from here, and no script or style is inside of the page.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // The address has the token.
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

// Other names can be those of a foreign site that resolve to this machine.
const hosts = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * The server, which does not listen yet. It reads its files now, while it may.
 *
 * @param token - The first part of every path.
 */
export function dashboardServer(token: string, viewers: Viewers): Server {
  const files = new Map(
    Object.entries(types).map(([name, type]) => [
      name,
      { type, content: readFileSync(new URL(`page/${name}`, import.meta.url)) },
    ]),
  );
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const [, given = "", name = ""] = (request.url ?? "").split("?", 1)[0]?.split("/") ?? [];
    if (!isLocal(request) || !equal(given, token)) return refuse(response, 403, "Forbidden");
    if (request.method !== "GET") return refuse(response, 405, "Method Not Allowed");
    if (name === "events") {
      if (!viewers.add(response)) refuse(response, 503, "Too many browsers watch already");
      return;
    }
    const file = files.get(name === "" ? "index.html" : name);
    if (file === undefined) return refuse(response, 404, "Not Found");
    response.setHeader("content-type", file.type);
    response.end(file.content);
  });
  server.maxConnections = 128;
  return server;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(`${text}\n`);
}

function isLocal({ headers: { host = "" } }: IncomingMessage): boolean {
  return hosts.has(host.replace(/:\d+$/, ""));
}

/** Compares in a time that does not depend on how much is equal. */
function equal(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
