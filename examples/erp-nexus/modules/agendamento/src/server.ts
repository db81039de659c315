import express from "express";
import { pino } from "pino";
import { isOpen, slot } from "../../shared/src/calendar.js";
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

app.post("/appointments", async (request, response) => {
  const { customerId, serviceId, start, minutes } = request.body ?? {};
  if (!Number.isInteger(customerId) || !Number.isInteger(serviceId) || !Number.isInteger(minutes)) {
    response.status(400).json({ error: "customerId, serviceId and minutes are required" });
    return;
  }
  const wanted = slot(String(start), minutes);
  if (!wanted || !isOpen(wanted)) {
    response.status(422).json({ error: "closed at this time" });
    return;
  }
  // Of two requests for one time, the second waits for the first and sees its appointment.
  const appointment = await prisma.$transaction(async (database) => {
    await database.$executeRaw`SELECT pg_advisory_xact_lock(1)`;
    const taken = await database.appointment.count({ where: { start: { lt: wanted.end }, end: { gt: wanted.start } } });
    return taken ? null : database.appointment.create({ data: { customerId, serviceId, ...wanted } });
  });
  if (!appointment) {
    response.status(409).json({ error: "taken" });
    return;
  }
  log.info({ id: appointment.id }, "appointment made");
  response.status(201).json(appointment);
});

app.get("/appointments", async (_request, response) => {
  response.json(await prisma.appointment.findMany({ orderBy: { start: "asc" }, take: 100 }));
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
