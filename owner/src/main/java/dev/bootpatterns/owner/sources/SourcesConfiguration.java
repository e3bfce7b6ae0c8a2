package dev.bootpatterns.owner.sources;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.Assert;

@Configuration(proxyBeanMethods = false)
class SourcesConfiguration {

	@Bean
	@ConditionalOnProperty("owner.corpus")
	CorpusSource corpus(SourcesProperties properties) {
		Assert.state(properties.corpus() != null, "owner.corpus is bound where its condition holds");
		return new CorpusSource("corpus", properties.corpus(),
				new ItemRules(properties.corpusPrefixes(), properties.maxItemSize().toBytes(), false));
	}

}
