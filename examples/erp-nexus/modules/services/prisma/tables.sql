-- What `prisma migrate` writes for schema.prisma.
CREATE TABLE "Service" (
  "id" SERIAL PRIMARY KEY,
  "name" TEXT NOT NULL,
  "minutes" INTEGER NOT NULL
);
