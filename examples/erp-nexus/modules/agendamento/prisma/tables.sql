-- What `prisma migrate` writes for schema.prisma.
CREATE TABLE "Appointment" (
  "id" SERIAL PRIMARY KEY,
  "customerId" INTEGER NOT NULL,
  "serviceId" INTEGER NOT NULL,
  "start" TIMESTAMP(3) NOT NULL,
  "end" TIMESTAMP(3) NOT NULL
);
CREATE INDEX "Appointment_start_idx" ON "Appointment" ("start");
