import { pino } from "pino";

/** What a service tells of itself. */
export interface Health {
  service: string;
  status: string;
}

export const port = Number(process.env["PORT"] ?? 3000);

export const health = (service: string): Health => ({ service, status: "ok" });

export const logger = (service: string) => pino({ name: service, level: process.env["LOG_LEVEL"] ?? "info" });

/** Ends a server when the container is stopped. */
export function stopping(end: () => unknown): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end());
}
