package dev.credenza

import java.io.IOException
import java.net.ConnectException
import java.net.UnknownHostException
import java.net.http.HttpTimeoutException
import java.nio.channels.UnresolvedAddressException
import java.security.cert.CertificateException
import javax.net.ssl.SSLException

/**
 * There was no answer that could be used. A [Fetcher] of an application may throw it too, so that the log and
 * [Denied.detail] tell why; any other exception counts as [Cause.OTHER].
 *
 * @property fault the kind of failure.
 */
public class FetchException @JvmOverloads constructor(
    public val fault: Cause,
    message: String,
    cause: Throwable? = null,
) : IOException(message, cause) {
    internal companion object {
        /** What an exception of the JDK's client means; the certificate's fault is deep inside. */
        fun of(failure: Throwable): FetchException {
            val chain = generateSequence(failure) { it.cause }.take(CHAIN).toList()
            chain.firstNotNullOfOrNull { it as? FetchException }?.let { return it }
            val fault = when {
                chain.any { it is CertificateException && isAboutTheName(it) } -> Cause.TLS_NAME
                chain.any { it is SSLException || it is CertificateException } -> Cause.TLS
                chain.any { it is UnresolvedAddressException || it is UnknownHostException } -> Cause.DNS
                chain.any { it is HttpTimeoutException } -> Cause.TIMEOUT
                chain.any { it is IOException } -> Cause.CONNECT
                else -> Cause.OTHER
            }
            val said = chain.lastOrNull { !it.message.isNullOrBlank() }?.message
            val name = (chain.firstOrNull { it !is ConnectException } ?: failure).javaClass.simpleName
            return FetchException(fault, said ?: name, failure)
        }

        /** The JDK's texts; there is no type for it. */
        private fun isAboutTheName(failure: CertificateException): Boolean = failure.message.orEmpty().let { text ->
            text.startsWith("No subject alternative") || text.startsWith("No name matching")
        }

        private const val CHAIN = 16
    }
}
