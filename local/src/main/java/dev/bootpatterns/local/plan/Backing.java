package dev.bootpatterns.local.plan;

/**
 * Where the services find database and broker, as the placeholders of {@code suite.yaml}.
 * A blank value means that the service's environment already has it.
 *
 * @param postgresUrl JDBC
 * @param postgresUsername the user
 * @param postgresPassword its password
 * @param amqpHost the broker's host
 * @param amqpPort the broker's port
 * @param amqpUsername the user
 * @param amqpPassword its password
 */
public record Backing(String postgresUrl, String postgresUsername, String postgresPassword, String amqpHost,
		String amqpPort, String amqpUsername, String amqpPassword) {

	/** The embedded database's port with an offset of 0. */
	public static final int POSTGRES_PORT = 15_432;

	/** The embedded broker's port with an offset of 0. */
	public static final int AMQP_PORT = 15_673;

}
