import { health, logger, port, stopping } from "@shop/common";
import { fastify } from "fastify";
import { routes } from "./routes.js";

const log = logger("gateway");
const app = fastify();
const greeting = "welcome to the shop";

app.get("/health", () => health("gateway"));
app.get("/", () => ({ greeting, routes }));

await app.listen({ host: "0.0.0.0", port });
log.info({ port }, "listening");
stopping(() => app.close());
