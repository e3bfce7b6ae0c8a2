package dev.bootpatterns.logadapter;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The log adapter.
 */
@SpringBootApplication
public class LogAdapterApplication {

	static void main(String[] args) {
		SpringApplication.run(LogAdapterApplication.class, args);
	}

}
