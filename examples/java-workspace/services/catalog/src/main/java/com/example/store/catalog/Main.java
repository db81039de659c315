package com.example.store.catalog;

import com.example.store.common.Money;
import com.example.store.common.Service;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Map;

/** What there is to buy. */
public final class Main {
    private static final Cache<String, Money> PRICES = Caffeine.newBuilder().maximumSize(1_000).build();
    private Main() {}

    public static void main(String[] args) throws Exception {
        Service.start("catalog", () -> Map.of("service", "catalog", "price", PRICES.get("tea", item -> new Money(350, "EUR"))));
    }
}
