# syntax=docker/dockerfile:1
FROM maven:3-eclipse-temurin-21 AS build
# The certificates of a company's proxy, where there is one: Java wants them in a store of its own.
COPY <<'JAVA' /tmp/Trust.java
import java.io.*;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

class Trust {
    public static void main(String[] files) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = new FileInputStream(files[0])) {
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) store.setCertificateEntry("ca" + store.size(), one);
        }
        try (var out = new FileOutputStream(files[1])) {
            store.store(out, "changeit".toCharArray());
        }
    }
}
JAVA
RUN --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then java /tmp/Trust.java /run/secrets/ca.pem /opt/trust.p12; fi
ARG SERVICE
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2,sharing=locked \
    if [ -e /opt/trust.p12 ]; then export MAVEN_OPTS="-Djavax.net.ssl.trustStore=/opt/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit"; fi; \
    mvn -B -ntp -pl services/$SERVICE -am -Dmaven.test.skip=true package dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib && \
    mkdir -p /out && mv services/$SERVICE/target/lib /out/lib && mv services/$SERVICE/target/$SERVICE-*.jar /out/app.jar

FROM gcr.io/distroless/java21-debian12:nonroot
WORKDIR /app
COPY --from=build /out/lib /app/lib
COPY --from=build /out/app.jar /app/app.jar
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["java", "-jar", "/app/app.jar"]
