-- What `prisma migrate` writes for schema.prisma.
CREATE TABLE "Customer" (
  "id" SERIAL PRIMARY KEY,
  "name" TEXT NOT NULL,
  "phone" TEXT NOT NULL
);
