package dev.bootpatterns.shard.fault;

import dev.bootpatterns.fault.Faults;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Without the profile nothing of this exists.
 */
@Configuration(proxyBeanMethods = false)
@Profile("demo")
class FaultConfiguration {

	@Bean
	WebMvcConfigurer faultInterceptor(Faults faults) {
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				// How an error is shown is no work of the service.
				registry.addInterceptor(new FaultInterceptor(faults)).excludePathPatterns("/error");
			}

		};
	}

}
