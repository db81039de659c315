import express from "express";
import { pino } from "pino";
import { prisma } from "./database.js";

const log = pino({
  level: process.env.LOG_LEVEL ?? "info",
  messageKey: "message",
  formatters: { level: (level) => ({ level }) },
});
const app = express();
app.disable("x-powered-by");
app.use(express.json());

app.get("/health", (_request, response) => {
  response.json({ status: "ok" });
});

app.get("/health/deep", async (_request, response) => {
  await prisma.$queryRaw`SELECT 1`;
  response.json({ postgres: "ok" });
});

app.post("/services", async (request, response) => {
  const { name, minutes } = request.body ?? {};
  if (typeof name !== "string" || typeof minutes !== "number") {
    response.status(400).json({ error: "name and minutes are required" });
    return;
  }
  const service = await prisma.service.create({ data: { name, minutes } });
  log.info({ id: service.id }, "service created");
  response.status(201).json(service);
});

app.get("/services", async (_request, response) => {
  response.json(await prisma.service.findMany({ orderBy: { id: "asc" }, take: 100 }));
});

app.get("/services/:id", async (request, response) => {
  const service = await prisma.service.findUnique({ where: { id: Number(request.params.id) } });
  response.status(service ? 200 : 404).json(service ?? { error: "not found" });
});

app.use((error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
  log.error({ error: error.message }, "a request failed");
  response.status(500).json({ error: "internal error" });
});

const server = app.listen(Number(process.env.PORT ?? 3000), () => log.info({ address: server.address() }, "listening"));

process.once("SIGTERM", () => {
  log.info("stopping");
  server.close(() => prisma.$disconnect());
  server.closeIdleConnections();
});
