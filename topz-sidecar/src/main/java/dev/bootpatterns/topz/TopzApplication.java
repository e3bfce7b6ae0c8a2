package dev.bootpatterns.topz;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The topz sidecar.
 */
@SpringBootApplication
public class TopzApplication {

	static void main(String[] args) {
		SpringApplication.run(TopzApplication.class, args);
	}

}
