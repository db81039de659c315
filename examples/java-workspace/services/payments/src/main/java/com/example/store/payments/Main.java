package com.example.store.payments;

import com.example.store.common.Money;
import com.example.store.common.Service;
import java.util.Map;

/** Takes money. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Service.start("payments", () -> Map.of("service", "payments", "paid", new Money(500, "EUR").plus(new Money(200, "EUR"))));
    }
}
