package dev.bootpatterns.owner;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Starts one replica of the owner.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class OwnerApplication {

	/**
	 * Starts the replica.
	 * @param args properties, as Spring Boot reads them
	 */
	public static void main(String[] args) {
		SpringApplication.run(OwnerApplication.class, args);
	}

}
