package com.example.store.common;

/** An amount in cents. */
public record Money(long cents, String currency) {
    /** Both amounts together. */
    public Money plus(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot add " + other.currency + " to " + currency);
        }
        return new Money(cents + other.cents, currency);
    }
}
