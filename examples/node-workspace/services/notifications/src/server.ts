import { createServer } from "node:http";
import { health, logger, port, stopping } from "@shop/common";
import { WebSocketServer } from "ws";

const log = logger("notifications");
const server = createServer((_, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(health("notifications")));
});
const sockets = new WebSocketServer({ server });

sockets.on("connection", (socket) => {
  socket.send("connected");
  socket.on("message", (message) => {
    for (const other of sockets.clients) other.send(message.toString());
  });
});

server.listen(port, () => log.info({ port }, "listening"));
stopping(() => server.close());
