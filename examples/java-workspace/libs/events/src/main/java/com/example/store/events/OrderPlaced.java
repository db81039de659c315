package com.example.store.events;

import com.example.store.common.Money;

/** Somebody has ordered something. */
public record OrderPlaced(String order, Money total) {
    /** The event's name, which its users agree on. */
    public static final String TOPIC = "order-placed";
}
