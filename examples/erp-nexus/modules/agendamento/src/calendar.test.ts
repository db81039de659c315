import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen, slot } from "../../shared/src/calendar.js";

const open = (start: string, minutes: number) => isOpen(slot(start, minutes)!);

test("appointments are within the hours of work", () => {
  assert.equal(open("2026-03-02T08:00:00Z", 60), true);
  assert.equal(open("2026-03-02T07:59:00Z", 60), false);
  assert.equal(open("2026-03-02T17:30:00Z", 30), true);
  assert.equal(open("2026-03-02T17:30:00Z", 31), false);
});

test("nobody works on weekends", () => {
  assert.equal(open("2026-03-01T10:00:00Z", 60), false);
});

test("what is not a time is no slot", () => {
  assert.equal(slot("tomorrow", 60), undefined);
  assert.equal(slot("2026-03-02T08:00:00Z", 0), undefined);
});
