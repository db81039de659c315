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

app.post("/users", async (request, response) => {
  const { email, name } = request.body ?? {};
  if (typeof email !== "string" || typeof name !== "string") {
    response.status(400).json({ error: "email and name are required" });
    return;
  }
  const user = await prisma.user.create({ data: { email, name } });
  log.info({ id: user.id }, "user created");
  response.status(201).json(user);
});

app.get("/users", async (_request, response) => {
  response.json(await prisma.user.findMany({ orderBy: { id: "asc" }, take: 100 }));
});

app.get("/users/:id", async (request, response) => {
  const user = await prisma.user.findUnique({ where: { id: Number(request.params.id) } });
  response.status(user ? 200 : 404).json(user ?? { error: "not found" });
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
