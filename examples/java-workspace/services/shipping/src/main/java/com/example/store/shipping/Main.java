package com.example.store.shipping;

import com.example.store.common.Money;
import com.example.store.common.Service;
import com.example.store.events.OrderPlaced;
import java.util.Map;

/** Sends what was ordered. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Service.start("shipping", () -> Map.of("service", "shipping", "ships", new OrderPlaced("o-1", new Money(700, "EUR")).order(), "after", OrderPlaced.TOPIC));
    }
}
