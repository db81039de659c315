import express from "express";
import { pino } from "pino";

const { GATEWAY_URL = "http://api-gateway:3000", PORT = "3000" } = process.env;
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

app.use("/api", express.raw({ type: () => true, limit: "1mb" }), async (request, response) => {
  const body = ["GET", "HEAD"].includes(request.method) ? undefined : new Uint8Array(request.body ?? []);
  const headers = { "content-type": request.get("content-type") ?? "application/json" };
  const answer = await fetch(GATEWAY_URL + request.originalUrl, { method: request.method, body, headers });
  response.status(answer.status).type(answer.headers.get("content-type") ?? "application/json");
  response.send(Buffer.from(await answer.arrayBuffer()));
});

app.use(express.static(`${import.meta.dirname}/public`, { maxAge: "1h" }));

app.use((error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
  log.error({ error: error.message }, "a request failed");
  response.status(502).json({ error: "the gateway does not answer" });
});

const server = app.listen(Number(PORT), () => log.info({ address: server.address() }, "listening"));

process.once("SIGTERM", () => {
  log.info("stopping");
  server.close();
  server.closeIdleConnections();
});
