package dev.bootpatterns.worker;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
class WorkerApplication {

	static void main(String[] args) {
		SpringApplication.run(WorkerApplication.class, args);
	}

}
