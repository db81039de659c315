import { health, logger, port, stopping } from "@shop/common";
import { format } from "@shop/money";
import express from "express";
import { products } from "./products.js";

const log = logger("catalog");
const app = express();

app.get("/health", (_, response) => void response.json(health("catalog")));
app.get("/", (_, response) => {
  response.json(products.map((product) => ({ ...product, price: format(product.price) })));
});

const server = app.listen(port, () => log.info({ port }, "listening"));
stopping(() => server.close());
