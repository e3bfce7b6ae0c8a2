package dev.bootpatterns.shard;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication
@ConfigurationPropertiesScan
class ShardServiceApplication {

	static void main(String[] args) {
		SpringApplication.run(ShardServiceApplication.class, args);
	}

}
