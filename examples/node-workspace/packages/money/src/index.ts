import { Decimal } from "decimal.js";

/** An amount as people read it. */
export const format = (amount: Decimal.Value, currency = "EUR"): string =>
  `${new Decimal(amount).toFixed(2)} ${currency}`;

/** The sum of amounts, without the errors of binary fractions. */
export const total = (amounts: Decimal.Value[]): Decimal =>
  amounts.reduce<Decimal>((sum, amount) => sum.plus(amount), new Decimal(0));
