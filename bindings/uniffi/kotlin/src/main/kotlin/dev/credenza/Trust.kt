package dev.credenza

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.security.cert.CertificateException
import java.security.cert.CertificateFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory

/** TLS that trusts the certificates in a file of PEM, and no others. */
internal fun trusting(file: Path): SSLContext {
    val certificates = try {
        Files.newInputStream(file).use { CertificateFactory.getInstance("X.509").generateCertificates(it) }
    } catch (failure: IOException) {
        throw IllegalArgumentException("$file cannot be read", failure)
    } catch (failure: CertificateException) {
        throw IllegalArgumentException("$file has no certificates in PEM", failure)
    }
    require(certificates.isNotEmpty()) { "$file has no certificates in PEM" }
    val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null, null) }
    certificates.forEachIndexed { index, certificate -> store.setCertificateEntry("$index", certificate) }
    val managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
    return SSLContext.getInstance("TLS").apply { init(null, managers.trustManagers, null) }
}
