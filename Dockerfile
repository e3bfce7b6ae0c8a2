# The image of one service: docker build --build-arg MODULE=gateway -t boot-patterns/gateway .
#
# All images share the stages up to "build" and the runtime under them. A change of code rebuilds the small layers on top
# (application, AOT cache), not that of the libraries.

ARG BUILDER_IMAGE=maven:3-eclipse-temurin-25
ARG BASE_IMAGE=debian:trixie-slim


# A Java runtime: Java SE and what metrics, name resolution and jcmd need of the JDK; no compiler, no locale data. 95 MB
# instead of the 200 MB of a JRE: compressed, since the AOT cache holds nearly all that is loaded from it.
FROM ${BUILDER_IMAGE} AS runtime
RUN jlink --output /runtime --compress zip-6 --no-header-files --no-man-pages --generate-cds-archive --add-modules \
java.se,jdk.charsets,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.nio.mapmode,\
jdk.security.auth,jdk.unsupported,jdk.zipfs \
 && rm -f /runtime/lib/server/classes_nocoops.jsa \
 && cp -L "$JAVA_HOME/lib/security/cacerts" /runtime/lib/security/cacerts
WORKDIR /probe
COPY docker/Probe.java .
RUN javac -d /probe Probe.java


# All modules, once. Maven's repository is a cache of the builder, in no layer. The second goal takes the default corpus: the
# sources of Spring Framework and Spring Boot, in the versions and the parts that the services use.
FROM ${BUILDER_IMAGE} AS build
ENV SERVICES=gateway,shard-service,owner,worker,topz-sidecar,log-adapter
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -Dmaven.test.skip=true -Dspring-javaformat.validate.skip=true -pl $SERVICES -am \
        package dependency:copy-dependencies \
        -DincludeScope=runtime -Dclassifier=sources -DincludeGroupIds=org.springframework,org.springframework.boot \
        -DexcludeGroupIds=org.springframework.amqp,org.springframework.cloud,org.springframework.integration \
        -DoutputDirectory=/images/owner/files/corpus
RUN for service in $(echo $SERVICES | tr , ' '); do \
        java -Djarmode=tools -jar $service/target/$service-*.jar \
            extract --layers --application-filename app.jar --destination /images/$service/app \
        && install -D -m 644 -t /images/$service/files/sbom $service/target/classes/META-INF/sbom/application.cdx.json || exit 1; \
    done \
 && rm -f /images/owner/files/corpus/spring-boot-starter-*


# The service without its AOT cache. From ARG MODULE on the images differ.
FROM ${BASE_IMAGE} AS service
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:$PATH LANG=C.UTF-8
# A number, in which Kubernetes can see that it is not root. Volumes are mounted on the two folders, and take their owner.
RUN groupadd --gid 10001 service && useradd --uid 10001 --gid service --no-create-home --shell /usr/sbin/nologin service \
 && install -d -o service -g service /data /var/log/service
COPY --from=runtime /runtime /opt/java
COPY --from=runtime /probe/Probe.class /opt/probe/
COPY docker/jvm.options /app/
ARG MODULE
COPY --from=build /images/${MODULE}/app/dependencies/ /app/
COPY --from=build /images/${MODULE}/files/ /
COPY --from=build /images/${MODULE}/app/snapshot-dependencies/ /app/
COPY --from=build /images/${MODULE}/app/application/ /app/
WORKDIR /app
USER 10001:10001
# All interfaces of the container, which has a network of its own. Secrets are files: /run/secrets/spring/datasource/password
# is the property spring.datasource.password.
ARG PORT=8080
ENV SERVER_ADDRESS=0.0.0.0 SERVER_PORT=${PORT} SPRING_CONFIG_IMPORT=optional:configtree:/run/secrets/


# Records the AOT cache (classes parsed, linked, and the profile of their start): starts the service as it will be started,
# waits until it is live, ends it. What it needs outside is not there: it must start without, as it must in production.
# The settings are those that have no default. The small heap is for the cache: half of a large builder's memory would be a
# heap without compressed pointers, whose objects no container could use. The last line fails the build if it cannot be used.
FROM service AS training
ARG MODULE
RUN SPRING_DATASOURCE_URL=jdbc:postgresql://127.0.0.1:1/none SPRING_FLYWAY_ENABLED=false \
    OWNER_SHARDS=1 SHARD_ID=0 SHARD_REPLICA=a SHARD_INDEX_DIRECTORY=/tmp/index WORKER_ID=w WORKER_GATEWAY_URL=http://127.0.0.1:1 \
    LOG_ADAPTER_FILES=/tmp/none LOG_ADAPTER_OUTPUT_DIRECTORY=/tmp/log-adapter \
    java @/app/jvm.options -Xmx256m -XX:AOTCacheOutput=/tmp/app.aot -jar /app/app.jar >/tmp/training.log 2>&1 & pid=$!; \
    until java -Xint -cp /opt/probe Probe /livez >/dev/null; do kill -0 $pid && sleep 1 || break; done; \
    kill -TERM $pid; wait $pid; \
    test -s /tmp/app.aot || { cat /tmp/training.log; exit 1; }; \
    java @/app/jvm.options -Xmx256m -XX:AOTMode=on -XX:AOTCache=/tmp/app.aot -cp /app/app.jar -version


FROM service
COPY --from=training /tmp/app.aot /app/
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --start-interval=3s --retries=3 \
    CMD ["java", "-Xint", "-Xmx8m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", "/opt/probe", "Probe"]
ENTRYPOINT ["java", "@/app/jvm.options", "-XX:AOTCache=/app/app.aot", "-jar", "/app/app.jar"]
EXPOSE ${PORT}
ARG MODULE
ARG BASE_IMAGE
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Boot Patterns: ${MODULE}" \
      org.opencontainers.image.description="The ${MODULE} of Boot Patterns, distributed patterns as Spring Boot containers" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}" \
      dev.bootpatterns.sbom="/sbom/application.cdx.json"
