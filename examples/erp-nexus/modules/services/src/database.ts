import { readFileSync } from "node:fs";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client.js";

const { DATABASE_HOST, DATABASE_NAME, DATABASE_USER } = process.env;
const { DATABASE_PASSWORD_FILE = "/run/secrets/database_password" } = process.env;

/** The driver speaks to PostgreSQL, so that the client needs no engine for the platform. */
export const prisma = new PrismaClient({
  adapter: new PrismaPg({
    host: DATABASE_HOST,
    database: DATABASE_NAME,
    user: DATABASE_USER,
    password: readFileSync(DATABASE_PASSWORD_FILE, "utf8").trim(),
    connectionTimeoutMillis: 3000,
    max: 5,
  }),
});
