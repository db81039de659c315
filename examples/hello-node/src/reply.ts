import ms from "ms";

/** What the service answers. */
export function reply(path: string, upFor: number): { status: number; body: string } {
  if (path === "/health") return { status: 200, body: "ok\n" };
  if (path === "/") return { status: 200, body: `${process.env.GREETING ?? "Hello"}, up for ${ms(upFor)}\n` };
  return { status: 404, body: "not found\n" };
}
