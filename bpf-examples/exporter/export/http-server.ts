import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PrometheusText } from "./prometheus.ts";

/** Where the server listens, as text for a message. */
export function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/** Serves /metrics for Prometheus and /healthz for a probe. */
export async function serve(text: PrometheusText, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? "").split("?");
    if (request.method !== "GET" && request.method !== "HEAD") reply(response, 405, "only GET and HEAD\n");
    else if (path === "/healthz") reply(response, 200, "ok\n");
    else if (path !== "/metrics") reply(response, 404, "see /metrics\n");
    else
      text.read().then(
        (body) => reply(response, 200, body, text.contentType),
        (error: Error) => {
          console.error(error);
          reply(response, 500, `${error.message}\n`);
        },
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return server;
}

function reply(response: ServerResponse, status: number, body: string, type = "text/plain"): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body); // Node leaves the body out for HEAD.
}
