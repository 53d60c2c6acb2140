/**
 * How many tokens of 25 claims the JVM checks per CPU-second, single-threaded: this package and others in one run.
 *
 * Every library takes the token apart, checks the signature, and checks exp, iss and aud; then `sub` is
 * read. `credenza, map` reads all claims into a map, as the others do. One line of JSON per row. The rows are measured
 * in turns, and the best turn counts. Arguments: the algorithms, all of them where none is named.
 */
package dev.credenza.bench

import java.lang.management.ManagementFactory

private const val ROUNDS = 5
private const val WARM_UP_NANOS = 2_000_000_000L
private const val TURN_NANOS = 500_000_000L
private const val BATCH = 50

private val threads = ManagementFactory.getThreadMXBean()

/** One library, checking one token: the check gives its subject. */
class Row(val alg: String, val library: String, val check: () -> String?) {
    var perCpuSecond = 0.0
}

private fun measure(row: Row, nanos: Long) {
    var checks = 0
    val start = threads.currentThreadCpuTime
    var spent: Long
    do {
        repeat(BATCH) { check(row.check() == SUBJECT) { "${row.library} failed" } }
        checks += BATCH
        spent = threads.currentThreadCpuTime - start
    } while (spent < nanos)
    row.perCpuSecond = maxOf(row.perCpuSecond, checks * 1e9 / spent)
}

fun main(arguments: Array<String>) {
    val algs = arguments.asList().ifEmpty { listOf("RS256", "ES256", "EdDSA", "HS256") }
    for (subject in algs.map(::Subject)) {
        val rows = credenza(subject) + nimbus(subject) + auth0(subject)
        rows.forEach { measure(it, WARM_UP_NANOS) }
        rows.forEach { it.perCpuSecond = 0.0 }
        repeat(ROUNDS) { rows.forEach { measure(it, TURN_NANOS) } }
        for (row in rows) {
            val rate = row.perCpuSecond.toLong()
            println("""{"language":"kotlin","alg":"${row.alg}","library":"${row.library}","per_cpu_second":$rate}""")
        }
    }
}
