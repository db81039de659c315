package com.example.store.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MoneyTest {
    @Test
    void amountsOfOneCurrencyAreAdded() {
        assertEquals(new Money(350, "EUR"), new Money(100, "EUR").plus(new Money(250, "EUR")));
        assertThrows(IllegalArgumentException.class, () -> new Money(1, "EUR").plus(new Money(1, "USD")));
    }
}
