import Router from "@koa/router";
import { health, logger, port, stopping } from "@shop/common";
import Koa from "koa";

const log = logger("accounts");
const app = new Koa();
const router = new Router();

router.get("/health", (context) => {
  context.body = health("accounts");
});
router.get("/:name", (context) => {
  context.body = { name: context.params["name"], orders: [] };
});

const server = app.use(router.routes()).listen(port, () => log.info({ port }, "listening"));
stopping(() => server.close());
