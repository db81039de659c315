# syntax=docker/dockerfile:1
FROM maven:3-eclipse-temurin-21 AS build
ARG SERVICE
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2,sharing=locked mvn -B -ntp -pl services/$SERVICE -am -Dmaven.test.skip=true package dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib && \
    mkdir -p /out && mv services/$SERVICE/target/lib /out/lib && mv services/$SERVICE/target/$SERVICE-*.jar /out/app.jar

FROM gcr.io/distroless/java21-debian12:nonroot
WORKDIR /app
COPY --from=build /out/lib /app/lib
COPY --from=build /out/app.jar /app/app.jar
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["java", "-jar", "/app/app.jar"]
