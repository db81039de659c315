package com.example.store.common;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP server that answers every path with JSON. */
public final class Service {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private Service() {}

    /** Starts it on the port of the variable PORT, else on 8080. */
    public static void start(String name, Supplier<Map<String, ?>> answer) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", exchange -> {
            byte[] body = JSON.writeValueAsBytes(answer.get());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        LOG.info("{} listens on {}", name, port);
    }
}
