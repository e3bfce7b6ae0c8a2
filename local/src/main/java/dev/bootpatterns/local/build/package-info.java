/**
 * From sources to something that starts quickly: Maven, the extracted jars, the AOT
 * caches.
 */
@NullMarked
package dev.bootpatterns.local.build;

import org.jspecify.annotations.NullMarked;
