package com.example.store.notifications;

import com.example.store.common.Service;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.util.Map;

/** Writes mails. */
public final class Main {
    private static final Template MAIL = Mustache.compiler().compile("Dear {{name}}, your order is on its way.");
    private Main() {}

    public static void main(String[] args) throws Exception {
        Service.start("notifications", () -> Map.of("service", "notifications", "mail", MAIL.execute(Map.of("name", "Ada"))));
    }
}
