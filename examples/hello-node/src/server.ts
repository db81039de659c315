import { createServer } from "node:http";

import { reply } from "./reply.js";

const started = Date.now();
const server = createServer((request, response) => {
  const { status, body } = reply(request.url ?? "/", Date.now() - started);
  response.writeHead(status, { "content-type": "text/plain" }).end(body);
});
server.listen(Number(process.env.PORT ?? 3000), () => console.log("listening"));
process.on("SIGTERM", () => server.close());
