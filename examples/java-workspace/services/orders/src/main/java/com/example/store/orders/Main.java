package com.example.store.orders;

import com.example.store.common.Money;
import com.example.store.common.Service;
import com.example.store.events.OrderPlaced;
import java.util.Map;

/** Takes orders. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Service.start("orders", () -> Map.of("service", "orders", OrderPlaced.TOPIC, new OrderPlaced("o-1", new Money(700, "EUR"))));
    }
}
