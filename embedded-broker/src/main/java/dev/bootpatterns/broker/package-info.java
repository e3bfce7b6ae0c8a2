/**
 * An AMQP broker in the JVM.
 */
@NullMarked
package dev.bootpatterns.broker;

import org.jspecify.annotations.NullMarked;
