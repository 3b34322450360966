import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const types: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};

/**
 * Serves a built site to this machine.
 *
 * @param port 0 for any free port.
 * @returns The address of the start page, and the server, which the caller closes.
 */
export async function serveSite(
  folder: string,
  base: string,
  port: number,
): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const inside = path.join("/", decodeURIComponent(pathname).slice(base.length - 1));
    const file = path.join(folder, inside.endsWith("/") ? `${inside}index.html` : inside);
    const found = pathname.startsWith(base) && existsSync(file) && statSync(file).isFile();
    const sent = found ? file : path.join(folder, "404.html");
    response.writeHead(found ? 200 : 404, {
      "content-type": types[path.extname(sent)] ?? "application/octet-stream",
    });
    createReadStream(sent).pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`, server };
}
