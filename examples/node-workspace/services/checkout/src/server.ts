import { serve } from "@hono/node-server";
import { health, logger, port, stopping } from "@shop/common";
import { format, total } from "@shop/money";
import { Hono } from "hono";
import { z } from "zod";

const log = logger("checkout");
const app = new Hono();
const Basket = z.object({ prices: z.array(z.string()) });

app.get("/health", (context) => context.json(health("checkout")));
app.post("/total", async (context) => {
  const basket = Basket.parse(await context.req.json());
  return context.json({ total: format(total(basket.prices)) });
});

const server = serve({ fetch: app.fetch, port }, () => log.info({ port }, "listening"));
stopping(() => server.close());
