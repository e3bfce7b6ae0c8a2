package dev.bootpatterns.owner.election;

/**
 * One period of ownership: the fencing token. Every effect of an owner carries it.
 *
 * @param lease the name of the lease that was granted
 * @param number counts the grants of this lease; a later grant always has a higher one
 */
public record Term(String lease, long number) {
}
