/** Who is let in when there are too many. */
@NullMarked
package dev.bootpatterns.gateway.admission;

import org.jspecify.annotations.NullMarked;
