/**
 * The manifests in {@code k8s}, without a cluster.
 */
@NullMarked
package dev.bootpatterns.system.kubernetes;

import org.jspecify.annotations.NullMarked;
