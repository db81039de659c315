import express from "express";
import { pino } from "pino";
import { address, modules } from "./routes.js";

const log = pino({
  level: process.env.LOG_LEVEL ?? "info",
  messageKey: "message",
  formatters: { level: (level) => ({ level }) },
});
const app = express();
app.disable("x-powered-by");

app.get("/health", (_request, response) => {
  response.json({ status: "ok" });
});

app.get("/health/deep", async (_request, response) => {
  const ask = async ([name, url]: [string, string]) => {
    const answer = await fetch(`${url}/health/deep`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    return [name, answer?.ok ? "ok" : "failing"];
  };
  const states = Object.fromEntries(await Promise.all(Object.entries(modules).map(ask)));
  response.status(Object.values(states).every((state) => state === "ok") ? 200 : 503).json(states);
});

app.use("/api", express.raw({ type: () => true, limit: "1mb" }), async (request, response) => {
  const url = address(request.url);
  if (!url) {
    response.status(404).json({ error: "no such module" });
    return;
  }
  const body = ["GET", "HEAD"].includes(request.method) ? undefined : new Uint8Array(request.body ?? []);
  const headers = { "content-type": request.get("content-type") ?? "application/json" };
  const answer = await fetch(url, { method: request.method, body, headers, signal: AbortSignal.timeout(10_000) });
  log.info({ method: request.method, url, status: answer.status }, "request");
  response.status(answer.status).type(answer.headers.get("content-type") ?? "application/json");
  response.send(Buffer.from(await answer.arrayBuffer()));
});

app.use((error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
  log.error({ error: error.message }, "a request failed");
  response.status(502).json({ error: "the module does not answer" });
});

const server = app.listen(Number(process.env.PORT ?? 3000), () => log.info({ address: server.address() }, "listening"));

process.once("SIGTERM", () => {
  log.info("stopping");
  server.close();
  server.closeIdleConnections();
});
