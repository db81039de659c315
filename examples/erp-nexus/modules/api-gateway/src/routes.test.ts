import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "./routes.js";

test("the first part of a path names the module", () => {
  assert.equal(address("/customers/7"), "http://crm:3000/customers/7");
  assert.equal(address("/services"), "http://services:3000/services");
});

test("other paths belong to nobody", () => {
  assert.equal(address("/invoices"), undefined);
  assert.equal(address("/constructor"), undefined);
});
